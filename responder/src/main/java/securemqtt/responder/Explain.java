package securemqtt.responder;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import securemqtt.broker.OptionFile;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.responder.exchange.KeyFiles;
import securemqtt.startup.ValueChecks;
import securemqtt.startup.commandline.CommandErrors;

/**
 * Explains an exchange from files, without a broker: the values of each step, and which mistake of the client a token
 * shows.
 */
@Command(
        name = "explain",
        customSynopsis = SecureMqttResponder.NAME + " explain --private FILE --peer FILE [--token FILE]",
        description = {
            "Prints the values of each step of an exchange, secrets included, from the client's private key. With a"
                    + " token, it also names the client's mistake. Needs no broker.",
            ""
        },
        sortOptions = false)
final class Explain implements Callable<Integer> {
    private static final String PRIVATE = "--private";
    private static final String PEER = "--peer";
    private static final String TOKEN = "--token";

    /** In bytes: the longest message that the responder accepts, and a newline. */
    private static final int MAX_TOKEN_LENGTH = 4 * 1024 * 1024 + 2;

    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    @Option(
            names = PRIVATE,
            paramLabel = "FILE",
            required = true,
            description = "The client's private key, PKCS#8 in PEM.")
    Path privateKey;

    @Option(
            names = PEER,
            paramLabel = "FILE",
            required = true,
            description = "The responder's public key in PEM, as the client received it.")
    Path peer;

    @Option(
            names = TOKEN,
            paramLabel = "FILE",
            description = "The client's token as it was sent. One newline at the end of the file is ignored.")
    Path token;

    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() {
        try {
            return explain();
        } catch (UnusableFileException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (RefusedException e) {
            String problem = e.refusal() == Refusal.KEY_OURS
                    ? " is the public key of " + PRIVATE + ", not the responder's"
                    : ": " + e.refusal().explanation();
            throw new ParameterException(spec.commandLine(), PEER + " " + peer + problem, e);
        }
    }

    private int explain() throws UnusableFileException, RefusedException {
        Explanation explanation =
                new Explanation(KeyFiles.keyPair(file(PRIVATE, privateKey)), KeyFiles.publicKey(file(PEER, peer)));
        // Before anything is printed, so that an error in this file is the only output.
        byte[] sent = token == null
                ? null
                : Explanation.withoutNewline(file(TOKEN, token).read(MAX_TOKEN_LENGTH));
        print(explanation.keys());
        if (sent != null) {
            print(explanation.token(sent));
            print(explanation.result(sent, outOfTime()));
        }
        // Picocli's writer does not report the errors of System.out.
        if (spec.commandLine().getOut().checkError() || System.out.checkError()) {
            return CommandErrors.fail(
                    spec,
                    ExitCode.INTERNAL_ERROR,
                    "the explanation could not be written to standard output",
                    "keep its reader open, or free space on the disk");
        }
        return ExitCode.SUCCESS.status();
    }

    private static OptionFile file(String option, Path path) {
        ValueChecks.checkNotEmpty(option, path.toString());
        return new OptionFile(option, path);
    }

    private static BooleanSupplier outOfTime() {
        long deadline = System.nanoTime() + TIME_LIMIT.toNanos();
        return () -> System.nanoTime() - deadline > 0;
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }
}
