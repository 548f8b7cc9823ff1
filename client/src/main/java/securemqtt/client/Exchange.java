package securemqtt.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

/**
 * The exchange from the client's side: connect, subscribe, exchange keys, send the request, take the answer. It is told
 * what happened and says what to do, and does nothing itself.
 *
 * <p>Anybody can publish on the response topics of a shared broker. What is not what this exchange waits for is
 * therefore ignored, counted and named, and ends nothing; only a token made with the agreed key is an answer.
 */
final class Exchange {
    /** The steps, each named by what the run is doing in it. */
    enum Step {
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
    /** How long connecting again may take, until the subscriptions are granted, before it is given up and begun anew. */
    private static final Duration ATTEMPT = Duration.ofSeconds(12);
    /** After a loss the responder may be away a little longer than we are: how long until the key is sent once more. */
    private static final Duration FIRST_REPEAT = Duration.ofSeconds(1);

    private static final Duration LONGEST_REPEAT = Duration.ofSeconds(8);
    /** How long the first key's owner has to answer before, after a loss, the next key that came is tried. */
    private static final Duration SECOND_THOUGHTS = Duration.ofSeconds(5);
    /** How often the key is sent again once a request is on its way, which a slow responder may be at work on. */
    private static final int MOST_REPEATS_AFTER_REQUEST = 2;

    private static final String UNPINNED_KEY = "a key that is not pinned";
    private static final String SECOND_KEY = "a second, different key";
    /** Of other keys than the one in use. */
    private static final int MOST_SET_ASIDE = 4;

    private record Agreement(DhPublicKey responderKey, SessionKey sessionKey, Fernet fernet, byte[] requestToken) {}

    private final ExchangeRequest request;
    private final Supplier<DhKeyPair> keyPairs;
    private final InstantSource clock;
    private final SecureRandom random;
    /** With whom a key was agreed on since the connection was made, the request sent under it included. */
    private final List<Agreement> agreements = new ArrayList<>();
    /** Other keys that came since the connection was made, for when there is no answer under the first. */
    private final Deque<DhPublicKey> setAside = new ArrayDeque<>();

    private final Map<String, Integer> ignored = new LinkedHashMap<>();

    private Step step = Step.CONNECTING;
    private int losses;
    private Failure lastLoss;
    private DhKeyPair ownKey;
    private Duration repeat = FIRST_REPEAT;
    private int repeatsAfterRequest;
    /** Messages that we published on this connection and the broker has not acknowledged. */
    private int unacknowledged;

    private boolean strangeToken;
    private boolean tooLongToken;
    private boolean strangeKey;
    private boolean unusableKey;

    /** @param keyPairs asked for a fresh one each time that a key is to be sent; may still be at work on it */
    Exchange(ExchangeRequest request, Supplier<DhKeyPair> keyPairs, InstantSource clock, SecureRandom random) {
        this.request = request;
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
        if (event instanceof Event.Alarm) {
            return onAlarm();
        }
        if (event instanceof Event.Connected connected && isConnecting()) {
            step = Step.SUBSCRIBING;
            return List.of(
                    new Effect.Note("connected to " + connected.broker()),
                    new Effect.Subscribe(request.responseTopics()));
        }
        if (event instanceof Event.Subscribed subscribed && step == Step.SUBSCRIBING) {
            return onSubscribed(subscribed.grantedQos());
        }
        if (event instanceof Event.Acknowledged) {
            unacknowledged--;
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
        strangeKey = false;
        unusableKey = false;
        strangeToken = false;
        step = Step.RECONNECTING;
        lastLoss = failure;
        int bound = FIRST_BACKOFF_MILLIS << Math.min(losses, MOST_DOUBLINGS);
        losses++;
        Duration delay = Duration.ofMillis(1 + random.nextInt(bound));
        return List.of(
                new Effect.Note(failure.problem() + "; connecting again in " + delay.toMillis() + " ms"),
                new Effect.Connect(delay),
                new Effect.SetAlarm(delay.plus(ATTEMPT)));
    }

    /** Only ever set after a loss: on a first connection patience ends with the deadline. */
    private List<Effect> onAlarm() {
        return switch (step) {
            case RECONNECTING, SUBSCRIBING ->
                connectAgain(new Failure(
                        ExitCode.BROKER_UNREACHABLE,
                        "the broker did not answer for " + ATTEMPT.toSeconds() + " s",
                        "the broker, or the way to it, is down: try again later, or another one"));
            case AWAITING_KEY -> {
                repeat = longer(repeat);
                yield sendKeyAgain("key sent again, as nobody has answered");
            }
            case AWAITING_ANSWER -> tryAnotherKey();
            case CONNECTING, ENDED -> List.of();
        };
    }

    private static Duration longer(Duration repeat) {
        Duration twice = repeat.multipliedBy(2);
        return twice.compareTo(LONGEST_REPEAT) < 0 ? twice : LONGEST_REPEAT;
    }

    private List<Effect> sendKeyAgain(String note) {
        return List.of(
                publish(request.keyRequestTopic(), ownKey.publicKey().toPem()),
                new Effect.Note(note),
                new Effect.SetAlarm(repeat));
    }

    /**
     * There is no answer under the key that came first. It may have been a late answer to our key from before the loss,
     * and the one that the responder goes by came after it, or is still to come.
     */
    private List<Effect> tryAnotherKey() {
        if (!setAside.isEmpty()) {
            try {
                return sendRequest(setAside.remove());
            } catch (RefusedException e) {
                List<Effect> effects =
                        new ArrayList<>(ignore("a key: " + e.refusal().explanation()));
                effects.add(new Effect.SetAlarm(FIRST_REPEAT));
                return effects;
            }
        }
        if (repeatsAfterRequest >= MOST_REPEATS_AFTER_REQUEST) {
            return List.of();
        }
        repeatsAfterRequest++;
        repeat = longer(repeat);
        return sendKeyAgain("key sent again, as there is no answer under the responder's");
    }

    private Effect publish(String topic, byte[] payload) {
        unacknowledged++;
        return new Effect.Publish(topic, payload);
    }

    private List<Effect> onSubscribed(List<Integer> grantedQos) {
        List<String> topics = request.responseTopics();
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
        repeat = FIRST_REPEAT;
        repeatsAfterRequest = 0;
        step = Step.AWAITING_KEY;
        List<Effect> effects = new ArrayList<>(List.of(
                new Effect.Note("subscribed to " + String.join(" and ", topics) + ", granted QoS " + QOS),
                publish(request.keyRequestTopic(), ownKey.publicKey().toPem()),
                new Effect.Note("key sent, fingerprint " + ownKey.publicKey().fingerprint())));
        if (losses > 0) {
            effects.add(new Effect.SetAlarm(repeat));
        }
        return effects;
    }

    private List<Effect> onReceived(Event.Received received) {
        boolean isKey = received.topic().equals(request.keyResponseTopic());
        if (!isKey && !received.topic().equals(request.responseTopic())) {
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
            unusableKey |= isKey && e.refusal() != Refusal.KEY_OURS;
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
        if (!request.pins().isEmpty() && !request.pins().contains(key.fingerprint())) {
            return onUnpinnedKey(key);
        }
        return agreements.isEmpty() ? sendRequest(key) : onSecondKey(key);
    }

    private List<Effect> onUnpinnedKey(DhPublicKey key) {
        strangeKey = true;
        if (ignored.merge(UNPINNED_KEY, 1, Integer::sum) > 1) {
            return List.of();
        }
        return List.of(new Effect.Warn(UNPINNED_KEY + " arrived and is ignored, fingerprint " + key.fingerprint()
                + ": of another responder, or an attacker"));
    }

    private List<Effect> sendRequest(DhPublicKey key) throws RefusedException {
        SessionKey sessionKey = ownKey.agree(key);
        Fernet fernet = new Fernet(sessionKey, clock, random);
        byte[] token = fernet.encrypt(request.text());
        agreements.add(new Agreement(key, sessionKey, fernet, token));
        step = Step.AWAITING_ANSWER;
        List<Effect> effects = new ArrayList<>(List.of(
                new Effect.Note("key received, fingerprint " + key.fingerprint()),
                publish(request.requestTopic(), token),
                new Effect.Note("request sent")));
        if (losses > 0) {
            effects.add(new Effect.SetAlarm(SECOND_THOUGHTS));
        }
        return effects;
    }

    private List<Effect> onSecondKey(DhPublicKey key) {
        List<Effect> effects = new ArrayList<>();
        if (ignored.merge(SECOND_KEY, 1, Integer::sum) == 1) {
            String origin = losses == 0 ? "there are two responders" : "a late answer, a second responder";
            effects.add(new Effect.Warn(
                    SECOND_KEY + " arrived, fingerprint " + key.fingerprint() + ": " + origin + ", or an attacker"));
        }
        // Without a loss whoever was first stays.
        if (losses > 0 && !setAside.contains(key) && setAside.size() < MOST_SET_ASIDE) {
            if (setAside.isEmpty()) {
                effects.add(new Effect.SetAlarm(SECOND_THOUGHTS));
            }
            setAside.add(key);
        }
        return effects;
    }

    private List<Effect> onToken(byte[] token) throws RefusedException {
        if (step != Step.AWAITING_ANSWER) {
            return ignore("a token before the request was sent");
        }
        if (token.length > request.maxTokenLength()) {
            // Not even decoded, as copies of it may be more than the memory there is.
            tooLongToken = true;
            return ignore("a token far longer than an answer may be");
        }
        // Our own token decrypts well; the codec refuses all other spellings of it.
        if (agreements.stream().anyMatch(agreement -> Arrays.equals(token, agreement.requestToken()))) {
            strangeToken = true;
            return ignore("our own request, sent back");
        }
        byte[] answer = decrypt(token);
        if (answer.length > request.maxAnswerLength()) {
            return fail(new Failure(
                    ExitCode.ANSWER_TOO_LONG,
                    "the answer has " + answer.length + " bytes, more than the " + request.maxAnswerLength()
                            + " allowed",
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
        String problem = "no answer within " + seconds + " s: still " + step.activity + lossesSoFar() + ignoredSoFar();
        return switch (step) {
            case CONNECTING ->
                new Failure(ExitCode.BROKER_UNREACHABLE, problem, "see that host and port are those of an MQTT broker");
            case RECONNECTING -> new Failure(ExitCode.BROKER_UNREACHABLE, problem, lastLoss.hint());
            case SUBSCRIBING ->
                new Failure(
                        ExitCode.BROKER_UNREACHABLE,
                        problem,
                        "the broker is connected but does not answer: try another");
            case AWAITING_KEY ->
                unacknowledged > 0
                        ? notAcknowledged(problem)
                        : new Failure(
                                strangeKey ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER, problem, hintWithoutKey());
            case AWAITING_ANSWER ->
                unacknowledged > 0
                        ? notAcknowledged(problem)
                        : new Failure(
                                strangeToken ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER,
                                problem,
                                hintWithoutAnswer());
            case ENDED -> throw new IllegalStateException("a run ends once");
        };
    }

    private static Failure notAcknowledged(String problem) {
        return new Failure(
                ExitCode.BROKER_UNREACHABLE,
                problem + "; the broker has not acknowledged our message",
                "the broker, or the way to it, does not answer any more: try again later, or another one");
    }

    private String lossesSoFar() {
        if (losses == 0) {
            return "";
        }
        return losses == 1
                ? "; " + lastLoss.problem()
                : "; connecting failed or the connection was lost " + losses + " times, at last: " + lastLoss.problem();
    }

    private String hintWithoutKey() {
        if (strangeKey) {
            return "the responder has another key than the pinned one, or somebody is in between";
        }
        if (losses > 0) {
            return lastLoss.hint();
        }
        if (unusableKey) {
            return "what came as a key cannot be used: see the responder's group and format of keys";
        }
        return "see that a responder for NetID " + request.netId()
                + " is connected to this broker, and that its rules let both of you publish";
    }

    private String hintWithoutAnswer() {
        if (ignored.containsKey(SECOND_KEY)) {
            return "the first key may have been an answer to an earlier run, or somebody else's: try again, or use --pin";
        }
        if (losses > 0) {
            return lastLoss.hint();
        }
        if (tooLongToken) {
            return "if that was the answer, allow a longer one with --max-answer";
        }
        return strangeToken
                ? "somebody else publishes on this topic, or the responder derived another key"
                : "allow a slow responder more time with --timeout, or try again";
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
        setAside.clear();
        ownKey = null;
        unacknowledged = 0;
    }
}
