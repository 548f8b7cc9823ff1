package securemqtt.startup.commandline;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import securemqtt.startup.ProgramVersion;

/** The output of {@code --version}; {@code -v} adds details. */
public final class Version implements IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Override
    public String[] getVersion() {
        // The man page is made without parsing any arguments.
        ParseResult arguments = spec.commandLine().getParseResult();
        boolean detailed = arguments != null && arguments.hasMatchedOption("-v");
        return ProgramVersion.lines(spec.root().name(), detailed);
    }
}
