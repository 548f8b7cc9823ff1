package securemqtt.startup.commandline;

import picocli.CommandLine.Option;

/** The option to show the values of each step of an exchange. */
public final class ShowSecretsOption {
    /** What both programs say at their start if the option is given. */
    public static final String WARNING =
            "--show-secrets shows private values and keys: anybody who reads this output can decrypt these messages";

    @Option(
            names = "--show-secrets",
            fallbackValue = Flag.GIVEN,
            description = "Print the values of each step, secrets included, to compare two programs by hand."
                    + " Anybody who reads them can decrypt the messages.")
    private boolean showSecrets;

    public boolean isGiven() {
        return showSecrets;
    }
}
