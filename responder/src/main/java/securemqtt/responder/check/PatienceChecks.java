package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.robustness;
import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.answerOrError;
import static securemqtt.responder.check.Expectations.explains;
import static securemqtt.responder.check.Expectations.fails;
import static securemqtt.responder.check.Expectations.printsNoAnswer;
import static securemqtt.responder.check.Expectations.sendsKey;
import static securemqtt.responder.check.Expectations.sendsRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import securemqtt.protocol.Topics;

/** Long messages, long waits and sudden ends. */
final class PatienceChecks {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);
    /** In seconds. */
    private static final int INTERRUPT_LIMIT = 3;

    private static final String LONG = "Networking is the best! ".repeat(4_266) + "Indeed!";
    private static final String DASH = "-5 degrees";
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    /** SIGINT in the mask of ignored signals. */
    private static final long SIGINT_BIT = 1L << 1;

    private static final String IGNORED_SIGNALS = "SigIgn:";
    private static final int HEXADECIMAL = 16;

    private PatienceChecks() {}

    static List<CheckCase> all() {
        return List.of(
                robustness("slow-responder", "waits for an answer that takes ten seconds")
                        .why("A responder may be busy with a whole class.")
                        .fix("Allow at least half a minute for the whole exchange.")
                        .waitsUpTo(CheckCase.USUAL_DEADLINE)
                        .exchanges(PatienceChecks::slow, "reverse", "abc")
                        .expects(answer("cba")),
                robustness("long-message", "sends and prints a message of 100 KB")
                        .why("The lab sets no limit. Some MQTT libraries limit a message to 8 KB, or to their buffer.")
                        .fix("Raise the library's limit for messages, in both directions.")
                        .exchanges("uppercase", LONG)
                        .expects(answer(LONG.toUpperCase(Locale.ROOT))),
                robustness("leading-dash", "takes a message that begins with a dash")
                        .why("A message may be any text. By convention, everything after -- is no option.")
                        .fix("Use a library for arguments that knows --, and do not read options from the message.")
                        .plays(trial -> {
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            List<String> broker = List.of("-h", "localhost", "-p", Integer.toString(trial.port()));
                            ClientRun run = trial.run(concat(broker, "--", Trial.NETID, "reverse", DASH));
                            if (!run.succeeded()) {
                                trial.run(concat(broker, Trial.NETID, "reverse", DASH));
                            }
                        })
                        .expects(answer("seerged 5-")),
                robustness("broker-restart", "survives a restart of the broker, or reports it")
                        .why("A broker may be restarted at any moment. A client that hangs then is never noticed.")
                        .fix("Connect again and begin anew, or end with an error when the connection is lost.")
                        .waitsUpTo(TWO_MINUTES)
                        .plays(PatienceChecks::restartBroker)
                        .expects(sendsRequest("reverse"), answerOrError("cba")),
                robustness("deadline", "ends by itself within two minutes if the answer never comes")
                        .why("A program that waits for ever blocks the script that runs it.")
                        .fix("Limit the time for the whole exchange, not only for the key.")
                        .waitsUpTo(TWO_MINUTES.plus(TEN_SECONDS))
                        .exchanges(PatienceChecks::keyOnly, "reverse", "abc")
                        .expects(fails(), printsNoAnswer(), explains()),
                robustness("interrupt", "ends within three seconds after Ctrl-C, with an exit code other than 0")
                        .why("Ctrl-C ends a program, and an interrupted exchange is no success.")
                        .fix("Do not catch the signal, or end after it with an exit code such as 130.")
                        .plays(PatienceChecks::interrupt)
                        .expects(sendsKey(), fails(), printsNoAnswer()));
    }

    private static List<String> concat(List<String> first, String... second) {
        return Stream.concat(first.stream(), Stream.of(second)).toList();
    }

    private static Behavior slow() {
        GoodResponder good = new GoodResponder();
        return (request, payload, publisher) -> {
            if (request instanceof Topics.Transform) {
                Thread.sleep(TEN_SECONDS.toMillis());
            }
            good.receive(request, payload, publisher);
        };
    }

    private static Behavior keyOnly() {
        GoodResponder good = new GoodResponder();
        return (request, payload, publisher) -> {
            if (request instanceof Topics.KeyExchange) {
                good.receive(request, payload, publisher);
            }
        };
    }

    private static void restartBroker(Trial trial)
            throws IOException, InterruptedException, CheckCase.SkippedException {
        trial.startBrokerOnLastingPort();
        trial.startResponder(keyOnly());
        ClientProcess client = trial.startExchange("reverse", "abc");
        boolean hasAsked = trial.awaitPacket(packet -> packet.type() == Packet.Type.PUBLISH
                && packet.isFromClient()
                && packet.name().endsWith("/reverse/request"));
        if (hasAsked) {
            int port = trial.port();
            trial.stopBroker();
            try {
                trial.startBroker("localhost", port);
            } catch (IOException e) {
                throw new CheckCase.SkippedException("another program took the broker's port: " + e.getMessage());
            }
            trial.startResponder(new GoodResponder());
        }
        trial.await(client);
    }

    private static void interrupt(Trial trial) throws IOException, InterruptedException, CheckCase.SkippedException {
        if (isInterruptIgnored()) {
            throw new CheckCase.SkippedException(
                    "this process ignores SIGINT, and so would the client; run the check in the foreground");
        }
        trial.startBroker();
        ClientProcess client = trial.startExchange("reverse", "abc");
        if (trial.awaitPacket(packet -> packet.type() == Packet.Type.PUBLISH)) {
            client.interrupt();
        }
        trial.await(client, Duration.ofSeconds(INTERRUPT_LIMIT));
    }

    /** A shell without job control starts background processes so. Their children inherit it. */
    private static boolean isInterruptIgnored() throws IOException {
        if (!Files.exists(OWN_STATUS)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(OWN_STATUS)) {
            return lines.filter(line -> line.startsWith(IGNORED_SIGNALS))
                    .map(line -> line.substring(IGNORED_SIGNALS.length()).strip())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, HEXADECIMAL) & SIGINT_BIT) != 0);
        }
    }
}
