package securemqtt.startup.commandline;

import picocli.CommandLine.Option;

/** The option to show the values of each step of an exchange. */
public final class ShowSecretsOption {
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
