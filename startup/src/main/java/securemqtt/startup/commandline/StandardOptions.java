package securemqtt.startup.commandline;

import picocli.CommandLine.Option;

/** The options that print a text instead of running the program. */
public final class StandardOptions {
    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    private boolean help;

    @Option(
            names = "--version",
            versionHelp = true,
            description = "Print the version and exit; with -v also the Java and the class archive in use.")
    private boolean version;
}
