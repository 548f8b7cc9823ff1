package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.lab;
import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.everyRun;
import static securemqtt.responder.check.Expectations.exitsWith0;
import static securemqtt.responder.check.Expectations.explains;
import static securemqtt.responder.check.Expectations.fails;
import static securemqtt.responder.check.Expectations.printsNoAnswer;
import static securemqtt.responder.check.Expectations.printsNoStackTrace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The lab's command line: arguments, output and exit code. */
final class CommandLineChecks {
    private static final String NETID = Trial.NETID;
    private static final int DEFAULT_PORT = 1884;
    /** On Linux, every address 127.x.y.z is this computer's. */
    private static final String OTHER_ADDRESS = "127.0.0.2";

    /** A minute, and some seconds for the start and the end of the program. */
    private static final Duration MINUTE = Duration.ofSeconds(70);

    private CommandLineChecks() {}

    static List<CheckCase> all() {
        return List.of(
                lab("stdout-only-answer", "prints nothing but the answer to standard output, also with -v")
                        .why(
                                "Standard output is the answer and a newline, so that other programs can read it. Everything"
                                        + " else goes to standard error.")
                        .fix("Print logs, prompts and progress to standard error.")
                        .plays(trial -> {
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            trial.exchange("uppercase", "abc");
                            trial.exchange(List.of("-v"), "uppercase", "abc");
                        })
                        .expects(everyRun(
                                "standard output is the answer and a newline, also with -v",
                                run -> run.stdoutText().equals("ABC\n")
                                        || run.stdoutText().equals("ABC\r\n"),
                                run -> "standard output is " + Expectations.shown(run.stdout()))),
                lab("exit-0", "ends with exit code 0 after printing the answer")
                        .why("The exit code tells scripts that the answer arrived.")
                        .fix("Return 0 from main once the answer is printed.")
                        .exchanges("uppercase", "abc")
                        .expects(exitsWith0(), answer("ABC")),
                lab("help", "explains its arguments with --help and ends with exit code 0")
                        .why("Users find out how to call the program.")
                        .fix("Let --help print the usage. -h is the host.")
                        .plays(trial -> trial.run(List.of("--help")))
                        .expects(
                                exitsWith0(),
                                everyRun(
                                        "--help prints a text",
                                        run -> !run.stdoutText().isBlank()
                                                || !run.stderrText().isBlank(),
                                        run -> "it prints nothing")),
                lab("usage-error", "reports wrong arguments on standard error and ends with an exit code other than 0")
                        .why("A missing, superfluous or unknown argument, an unknown action and a bad port are errors.")
                        .fix("Check all arguments first. Print the error to standard error, and return an exit code"
                                + " other than 0.")
                        .plays(CommandLineChecks::runWithWrongArguments)
                        .expects(
                                everyRun(
                                        "the exit code is not 0",
                                        ClientRun::failed,
                                        run -> run.succeeded() ? "the exit code is 0" : "it had to be killed"),
                                everyRun(
                                        "standard output is empty",
                                        run -> run.stdout().length == 0,
                                        run -> "standard output is " + Expectations.shown(run.stdout())),
                                everyRun(
                                        "standard error says what is wrong",
                                        run -> !run.stderrText().isBlank(),
                                        run -> "standard error is empty")),
                lab("default-host", "connects to localhost without -h")
                        .why("The default host is localhost.")
                        .fix("Make localhost the default of -h.")
                        .plays(trial -> {
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            trial.run(List.of("-p", Integer.toString(trial.port()), NETID, "uppercase", "abc"));
                        })
                        .expects(answer("ABC")),
                lab("default-port", "connects to port 1884 without -p")
                        .why("The default port is 1884.")
                        .fix("Make 1884 the default of -p.")
                        .plays(trial -> {
                            startBroker(trial, "localhost", DEFAULT_PORT);
                            trial.startResponder(new GoodResponder());
                            trial.run(List.of("-h", "localhost", NETID, "uppercase", "abc"));
                        })
                        .expects(answer("ABC")),
                lab("host-option", "connects to the host that -h names")
                        .why("-h HOST names the broker's host.")
                        .fix("Pass the value of -h to the MQTT library.")
                        .plays(trial -> {
                            startBroker(trial, OTHER_ADDRESS, 0);
                            trial.startResponder(new GoodResponder());
                            trial.run(List.of(
                                    "-h",
                                    OTHER_ADDRESS,
                                    "-p",
                                    Integer.toString(trial.port()),
                                    NETID,
                                    "uppercase",
                                    "abc"));
                        })
                        .expects(answer("ABC")),
                lab("port-option", "connects to the port that -p names")
                        .why("-p PORT names the broker's port.")
                        .fix("Pass the value of -p to the MQTT library, as a number.")
                        .exchanges("uppercase", "abc")
                        .expects(answer("ABC")),
                lab("no-broker", "reports an error within a minute if there is no broker")
                        .why("Without a broker there is no answer. The user gets an error, no stack trace, and an exit"
                                + " code other than 0.")
                        .fix(
                                "Catch the failure of the first connection, print one line to standard error, and return an"
                                        + " exit code other than 0.")
                        .waitsUpTo(MINUTE)
                        .plays(CommandLineChecks::runWithoutBroker)
                        .expects(fails(), printsNoAnswer(), explains(), printsNoStackTrace()),
                lab("no-responder", "reports an error within a minute if no responder answers")
                        .why(
                                "Without a responder there is no answer. The user gets an error, no stack trace, and an exit"
                                        + " code other than 0.")
                        .fix("Limit the time that you wait for the responder's key and for the answer.")
                        .waitsUpTo(MINUTE)
                        .plays(trial -> {
                            trial.startBroker();
                            trial.exchange("uppercase", "abc");
                        })
                        .expects(fails(), printsNoAnswer(), explains(), printsNoStackTrace()));
    }

    private static void runWithWrongArguments(Trial trial) throws IOException, InterruptedException {
        trial.startBroker();
        // So that a client that overlooks the error gets an answer.
        trial.startResponder(new GoodResponder());
        String port = Integer.toString(trial.port());
        List<String> broker = List.of("-h", "localhost", "-p", port);
        for (List<String> arguments : List.<List<String>>of(
                List.of(),
                List.of(NETID),
                List.of(NETID, "uppercase"),
                List.of(NETID, "uppercase", "abc", "more"),
                List.of("--no-such-option", NETID, "uppercase", "abc"),
                List.of(NETID, "explode", "abc"))) {
            trial.run(Stream.concat(broker.stream(), arguments.stream()).toList());
        }
        for (String bad : List.of("abc", "0", "65536", "-1")) {
            trial.run(List.of("-h", "localhost", "-p", bad, NETID, "uppercase", "abc"));
        }
    }

    private static void startBroker(Trial trial, String host, int port) throws CheckCase.SkippedException {
        try {
            trial.startBroker(host, port);
        } catch (IOException e) {
            throw new CheckCase.SkippedException("the check's broker cannot listen at " + host
                    + (port == 0 ? "" : ":" + port) + " on this computer: " + e.getMessage());
        }
    }

    private static void runWithoutBroker(Trial trial) throws IOException, InterruptedException {
        // A bound socket that does not listen refuses connections, and keeps the port from other programs.
        try (Socket unused = new Socket()) {
            unused.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            String port = Integer.toString(unused.getLocalPort());
            trial.run(List.of("-h", "127.0.0.1", "-p", port, NETID, "uppercase", "abc"));
        }
    }
}
