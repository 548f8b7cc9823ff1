package securemqtt.startup.commandline;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds the exit codes to Picocli's model, from which {@code --help} and the man page come. Each program has a
 * subclass, because Picocli needs a constructor without parameters.
 */
public abstract class ExitCodeList implements IModelTransformer {
    private final ProgramExitCode[] codes;

    protected ExitCodeList(ProgramExitCode... codes) {
        this.codes = codes.clone();
    }

    @Override
    public CommandSpec transform(CommandSpec spec) {
        Map<String, String> list = new LinkedHashMap<>();
        for (ProgramExitCode code : codes) {
            list.put(Integer.toString(code.status()), code.meaning());
        }
        spec.usageMessage().exitCodeList(list);
        return spec;
    }
}
