package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import securemqtt.protocol.Refusal;

/** Cases, results and packets for tests. */
final class CheckFixtures {
    private CheckFixtures() {}

    static CheckCase oneCase(String id, CheckCase.Kind kind) {
        return oneCase(id, kind, trial -> {}, List.of());
    }

    static CheckCase oneCase(
            String id, CheckCase.Kind kind, CheckCase.Scenario scenario, List<Expectation> expectations) {
        return new CheckCase(
                id,
                kind,
                "does " + id,
                "Because of " + id + ".",
                "Mend " + id + ".",
                Duration.ofSeconds(60),
                false,
                scenario,
                expectations);
    }

    static CheckResult passed(String id, CheckCase.Kind kind) {
        return new CheckResult(
                oneCase(id, kind),
                CheckResult.Outcome.PASS,
                "it works",
                "as expected",
                Optional.of(new Observation(List.of(run(0, "", "")), List.of(), List.of())),
                Duration.ofMillis(412));
    }

    static CheckResult skipped(String id, CheckCase.Kind kind) {
        return new CheckResult(
                oneCase(id, kind),
                CheckResult.Outcome.SKIP,
                "it works",
                "port 1884 is in use",
                Optional.empty(),
                Duration.ofMillis(3));
    }

    static CheckResult failed(String id, CheckCase.Kind kind, Observation observed) {
        return new CheckResult(
                oneCase(id, kind),
                CheckResult.Outcome.FAIL,
                "the exit code is 0",
                "the exit code is 3",
                Optional.of(observed),
                Duration.ofMillis(1250));
    }

    static Observation observed(ClientRun run, Packet... packets) {
        return new Observation(List.of(run), List.of(packets), List.of());
    }

    static Observation refused(ClientRun run, Refusal reason) {
        return new Observation(
                List.of(run),
                List.of(),
                List.of(new RefusedRequest("le0nh4rt/uppercase/request", reason, Optional.empty())));
    }

    static ClientRun run(int exitCode, String stdout, String stderr) {
        return new ClientRun(
                List.of("./client", "-p", "1885", "le0nh4rt", "uppercase", " a b"),
                OptionalInt.of(exitCode),
                stdout.getBytes(StandardCharsets.UTF_8),
                stderr.getBytes(StandardCharsets.UTF_8),
                Duration.ofMillis(700));
    }

    static Report report(CheckResult... results) {
        return new Report(List.of("python3", "my client.py"), List.of(results), results.length);
    }

    static Packet fromClient(long millis, Packet.Type type, String name) {
        return packet(millis, 1, true, type, name, 0, "");
    }

    static Packet fromBroker(long millis, Packet.Type type, int code) {
        return packet(millis, 1, false, type, "", code, "");
    }

    /** A message with QoS 1 on connection 1. */
    static Packet message(long millis, boolean isSent, String topic, String payload) {
        return packet(millis, 1, isSent, Packet.Type.PUBLISH, topic, 1, payload);
    }

    static Packet packet(
            long millis, long connection, boolean isSent, Packet.Type type, String name, int qos, String payload) {
        return new Packet(
                Duration.ofMillis(millis),
                connection,
                isSent,
                type,
                name,
                qos,
                false,
                false,
                payload.getBytes(StandardCharsets.UTF_8));
    }
}
