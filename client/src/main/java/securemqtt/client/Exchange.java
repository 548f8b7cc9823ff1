package securemqtt.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;
import securemqtt.protocol.Topics;

/**
 * The exchange from the client's side: connect, subscribe, exchange keys, send the request, take the answer. It is told
 * what happened and says what to do, and does nothing itself.
 *
 * <p>Anybody can publish on the response topics of a shared broker. What is not what this exchange waits for is
 * therefore ignored, counted and named, and ends nothing; only a token made with the agreed key is an answer.
 */
final class Exchange {
    /** The steps, each named by what the run is doing in it. */
    private enum Step {
        CONNECTING("connecting to the broker"),
        RECONNECTING("connecting to the broker again"),
        SUBSCRIBING("subscribing to the response topics"),
        AWAITING_KEY("waiting for a responder's public key"),
        AWAITING_ANSWER("waiting for the answer"),
        ENDED("done");

        final String activity;

        Step(String activity) {
            this.activity = activity;
        }
    }

    private static final int SUBSCRIPTION_REFUSED = 128;
    private static final int QOS = 1;
    /** The longest wait before the first attempt to connect again; each further one may wait twice as long. */
    private static final int FIRST_BACKOFF_MILLIS = 200;

    private static final int MOST_DOUBLINGS = 4;

    /**
     * What the user wants.
     *
     * @param text what is to be transformed, UTF-8 or any bytes
     * @param pins the fingerprints of the only keys that are accepted of a responder, in lower case; if empty, any key is
     * @param maxAnswerLength the longest answer that is accepted, in bytes
     */
    record Wish(NetId netId, Action action, byte[] text, Set<String> pins, int maxAnswerLength) {
        String keyRequest() {
            return Topics.keyExchangeRequest(netId);
        }

        String keyResponse() {
            return Topics.keyExchangeResponse(netId);
        }

        String request() {
            return Topics.actionRequest(netId, action);
        }

        String response() {
            return Topics.actionResponse(netId, action);
        }

        List<String> responses() {
            return List.of(keyResponse(), response());
        }
    }

    private record Agreement(DhPublicKey responderKey, SessionKey sessionKey, Fernet fernet, byte[] request) {}

    private final Wish wish;
    private final Supplier<DhKeyPair> keyPairs;
    private final InstantSource clock;
    private final SecureRandom random;
    /** With whom a key was agreed on since the connection was made, the request sent under it included. */
    private final List<Agreement> agreements = new ArrayList<>();

    private final Map<String, Integer> ignored = new LinkedHashMap<>();

    private Step step = Step.CONNECTING;
    private int losses;
    private Failure lastLoss;
    private DhKeyPair ownKey;
    private boolean strangeToken;
    private boolean strangeKey;

    /** @param keyPairs asked for a fresh one each time that a key is to be sent; may still be at work on it */
    Exchange(Wish wish, Supplier<DhKeyPair> keyPairs, InstantSource clock, SecureRandom random) {
        this.wish = wish;
        this.keyPairs = keyPairs;
        this.clock = clock;
        this.random = random;
    }

    /** What is to be done at first. */
    List<Effect> begin() {
        return List.of(new Effect.Connect(Duration.ZERO));
    }

    /** What is to be done, in this order, now that {@code event} has happened. */
    List<Effect> on(Event event) {
        if (step == Step.ENDED) {
            return List.of();
        }
        if (event instanceof Event.Received received) {
            return onReceived(received);
        }
        if (event instanceof Event.ConnectFailed failed) {
            // What has never worked is said at once; what worked before may come back.
            boolean worthRetrying =
                    step == Step.RECONNECTING && failed.failure().exitCode() == ExitCode.BROKER_UNREACHABLE;
            return worthRetrying ? connectAgain(failed.failure()) : fail(failed.failure());
        }
        if (event instanceof Event.ConnectionLost lost) {
            return step == Step.CONNECTING ? fail(lost.failure()) : connectAgain(lost.failure());
        }
        if (event instanceof Event.Interrupted) {
            end();
            return List.of(new Effect.Stop());
        }
        if (event instanceof Event.DeadlinePassed deadline) {
            return fail(late(deadline.seconds()));
        }
        if (event instanceof Event.Connected connected && isConnecting()) {
            step = Step.SUBSCRIBING;
            return List.of(
                    new Effect.Note("connected to " + connected.broker()), new Effect.Subscribe(wish.responses()));
        }
        if (event instanceof Event.Subscribed subscribed && step == Step.SUBSCRIBING) {
            return onSubscribed(subscribed.grantedQos());
        }
        return List.of();
    }

    private boolean isConnecting() {
        return step == Step.CONNECTING || step == Step.RECONNECTING;
    }

    /**
     * Begins anew, with nothing kept of the exchange so far. The wait differs from run to run: two clients of one NetID,
     * each of which makes the broker hang up on the other, would otherwise do so for ever.
     */
    private List<Effect> connectAgain(Failure failure) {
        forgetKeys();
        step = Step.RECONNECTING;
        lastLoss = failure;
        int bound = FIRST_BACKOFF_MILLIS << Math.min(losses, MOST_DOUBLINGS);
        losses++;
        Duration delay = Duration.ofMillis(1 + random.nextInt(bound));
        return List.of(
                new Effect.Note(failure.problem() + "; connecting again in " + delay.toMillis() + " ms"),
                new Effect.Connect(delay));
    }

    private List<Effect> onSubscribed(List<Integer> grantedQos) {
        List<String> topics = wish.responses();
        if (grantedQos.size() != topics.size()) {
            return fail(new Failure(
                    ExitCode.BROKER_REFUSED,
                    "the broker acknowledged " + grantedQos.size() + " subscriptions out of " + topics.size(),
                    "this is not how MQTT 3.1.1 works: try another broker"));
        }
        if (grantedQos.contains(SUBSCRIPTION_REFUSED)) {
            return fail(new Failure(
                    ExitCode.BROKER_REFUSED,
                    "the broker refused the subscription to " + topics.get(grantedQos.indexOf(SUBSCRIPTION_REFUSED)),
                    "its access rules may allow other NetIDs only"));
        }
        if (!grantedQos.stream().allMatch(granted -> granted == QOS)) {
            return fail(new Failure(
                    ExitCode.BROKER_REFUSED,
                    "the broker granted QoS " + grantedQos + " for the subscriptions, the exchange needs QoS " + QOS,
                    "ask the broker's operator to allow QoS " + QOS));
        }
        ownKey = keyPairs.get();
        step = Step.AWAITING_KEY;
        return List.of(
                new Effect.Note("subscribed to " + String.join(" and ", topics) + ", granted QoS " + QOS),
                new Effect.Publish(wish.keyRequest(), ownKey.publicKey().toPem()),
                new Effect.Note("key sent, fingerprint " + ownKey.publicKey().fingerprint()));
    }

    private List<Effect> onReceived(Event.Received received) {
        boolean isKey = received.topic().equals(wish.keyResponse());
        if (!isKey && !received.topic().equals(wish.response())) {
            return ignore("a message on a topic that was not subscribed to");
        }
        String what = isKey ? "a key" : "a token";
        if (received.retained()) {
            return ignore(what + " that the broker had kept from earlier");
        }
        try {
            if (isKey) {
                return onKey(received.payload());
            }
            return onToken(received.payload());
        } catch (RefusedException e) {
            strangeToken |= !isKey;
            return ignore(what + ": " + e.refusal().explanation());
        }
    }

    private List<Effect> onKey(byte[] pem) throws RefusedException {
        if (ownKey == null) {
            return ignore("a key before ours was sent");
        }
        DhPublicKey key = DhPublicKey.parse(DhGroup.lab(), pem);
        if (key.equals(ownKey.publicKey())) {
            throw new RefusedException(Refusal.KEY_OURS);
        }
        if (agreements.stream().anyMatch(agreement -> agreement.responderKey().equals(key))) {
            return ignore("the responder's key once more");
        }
        // The answer to a key of ours from before a loss may come late, and first. So after losses the first key need
        // not
        // be the right one; which is, the answer will show.
        if (agreements.size() > losses) {
            return secondKey(key);
        }
        if (!wish.pins().isEmpty() && !wish.pins().contains(key.fingerprint())) {
            strangeKey = true;
            return ignore("a key that is not pinned", "fingerprint " + key.fingerprint());
        }
        SessionKey sessionKey = ownKey.agree(key);
        Fernet fernet = new Fernet(sessionKey, clock, random);
        byte[] request = fernet.encrypt(wish.text());
        agreements.add(new Agreement(key, sessionKey, fernet, request));
        step = Step.AWAITING_ANSWER;
        return List.of(
                new Effect.Note("key received, fingerprint " + key.fingerprint()),
                new Effect.Publish(wish.request(), request),
                new Effect.Note("request sent"));
    }

    private List<Effect> onToken(byte[] token) throws RefusedException {
        if (step != Step.AWAITING_ANSWER) {
            return ignore("a token before the request was sent");
        }
        // Our own token decrypts well; the codec refuses all other spellings of it.
        if (agreements.stream().anyMatch(agreement -> Arrays.equals(token, agreement.request()))) {
            strangeToken = true;
            return ignore("our own request, sent back");
        }
        byte[] answer = decrypt(token);
        if (answer.length > wish.maxAnswerLength()) {
            return fail(new Failure(
                    ExitCode.ANSWER_TOO_LONG,
                    "the answer has " + answer.length + " bytes, more than the " + wish.maxAnswerLength() + " allowed",
                    "allow more with --max-answer"));
        }
        end();
        return List.of(new Effect.Note("answer received" + ignoredSoFar()), new Effect.Finish(answer));
    }

    private byte[] decrypt(byte[] token) throws RefusedException {
        RefusedException refused = null;
        for (Agreement agreement : agreements) {
            try {
                return agreement.fernet().decrypt(token);
            } catch (RefusedException e) {
                refused = e;
            }
        }
        throw refused;
    }

    private List<Effect> secondKey(DhPublicKey key) {
        String what = "a second, different key";
        return ignored.merge(what, 1, Integer::sum) > 1
                ? List.of()
                : List.of(new Effect.Warn(what + " arrived, fingerprint " + key.fingerprint()
                        + ": there are two responders, or an attacker"));
    }

    private List<Effect> ignore(String what) {
        return ignore(what, "");
    }

    /**
     * Of a flood the first is told, and the number at the end.
     *
     * @param what one of few, to be counted
     * @param which more on this one; may be empty
     */
    private List<Effect> ignore(String what, String which) {
        String note = "ignored " + what + (which.isEmpty() ? "" : ", " + which);
        return ignored.merge(what, 1, Integer::sum) > 1 ? List.of() : List.of(new Effect.Note(note));
    }

    private Failure late(int seconds) {
        String problem = "no answer within " + seconds + " s: still " + step.activity + ignoredSoFar();
        return switch (step) {
            case CONNECTING ->
                new Failure(ExitCode.BROKER_UNREACHABLE, problem, "see that host and port are those of an MQTT broker");
            case RECONNECTING ->
                new Failure(ExitCode.BROKER_UNREACHABLE, problem + "; " + lastLoss.problem(), lastLoss.hint());
            case SUBSCRIBING ->
                new Failure(
                        ExitCode.BROKER_UNREACHABLE,
                        problem,
                        "the broker is connected but does not answer: try another");
            case AWAITING_KEY ->
                new Failure(
                        strangeKey ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER,
                        problem,
                        strangeKey
                                ? "the responder has another key than the pinned one, or somebody is in between"
                                : "see that a responder is connected to this broker and serves NetID " + wish.netId());
            case AWAITING_ANSWER ->
                new Failure(
                        strangeToken ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER,
                        problem,
                        strangeToken
                                ? "somebody else publishes on this topic, or the responder derived another key"
                                : "allow a slow responder more time with --timeout, or try again");
            case ENDED -> throw new IllegalStateException("a run ends once");
        };
    }

    private String ignoredSoFar() {
        if (ignored.isEmpty()) {
            return "";
        }
        return ignored.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + " times)")
                .collect(Collectors.joining("; ", "; ignored ", ""));
    }

    private List<Effect> fail(Failure failure) {
        end();
        return List.of(new Effect.Fail(failure));
    }

    private void end() {
        step = Step.ENDED;
        forgetKeys();
    }

    private void forgetKeys() {
        agreements.forEach(agreement -> agreement.sessionKey().destroy());
        agreements.clear();
        ownKey = null;
    }
}
