package securemqtt.responder;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import securemqtt.protocol.DhKeyPair;
import securemqtt.responder.exchange.IdentityFile;
import securemqtt.startup.ValueChecks;
import securemqtt.startup.commandline.CommandErrors;

/** Makes a lasting key and its file, and prints the key's fingerprint. */
final class NewIdentity {
    private NewIdentity() {}

    /**
     * @param file the file to make
     * @return the exit status
     * @throws ParameterException if the file cannot be made
     */
    static int make(CommandSpec command, Path file) {
        Shutdown.signalIsFailure();
        DhKeyPair made;
        try {
            ValueChecks.checkNotEmpty("--new-identity", file.toString());
            made = IdentityFile.create(file, new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        PrintWriter out = command.commandLine().getOut();
        out.println(made.publicKey().fingerprint());
        // Picocli's writer does not report the errors of System.out.
        if (out.checkError() || System.out.checkError()) {
            return CommandErrors.fail(
                    command,
                    ExitCode.INTERNAL_ERROR,
                    "the fingerprint of " + file + " could not be written to standard output",
                    "the file was created; openssl pkey -in FILE -pubout -outform DER | sha256sum shows its fingerprint");
        }
        return ExitCode.SUCCESS.status();
    }
}
