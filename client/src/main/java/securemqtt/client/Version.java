package securemqtt.client;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import securemqtt.startup.ProgramVersion;

/** What {@code --version} prints; with {@code -v} more. */
final class Version implements IVersionProvider {
    @Spec
    CommandSpec spec;

    @Override
    public String[] getVersion() {
        // None where a man page is made.
        ParseResult arguments = spec.commandLine().getParseResult();
        boolean detailed = arguments != null && arguments.hasMatchedOption("-v");
        return ProgramVersion.lines(SecureMqttClient.NAME, "secure-mqtt-client", detailed);
    }
}
