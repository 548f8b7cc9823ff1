package securemqtt.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final NetId netId;
    private final Action action;
    private final byte[] text;
    private final Supplier<DhKeyPair> keyPairs;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, Integer> ignored = new LinkedHashMap<>();

    private Step step = Step.CONNECTING;
    private DhKeyPair ownKey;
    private DhPublicKey responderKey;
    private SessionKey sessionKey;
    private Fernet fernet;
    private byte[] request;
    private boolean strangeToken;

    /**
     * @param text what is to be transformed, UTF-8
     * @param keyPairs asked once, when the key is to be sent; may still be at work on it
     */
    Exchange(
            NetId netId,
            Action action,
            byte[] text,
            Supplier<DhKeyPair> keyPairs,
            InstantSource clock,
            SecureRandom random) {
        this.netId = netId;
        this.action = action;
        this.text = text;
        this.keyPairs = keyPairs;
        this.clock = clock;
        this.random = random;
    }

    /** What is to be done, in this order, now that {@code event} has happened. */
    List<Effect> on(Event event) {
        if (step == Step.ENDED) {
            return List.of();
        }
        if (event instanceof Event.Received received) {
            return onReceived(received);
        }
        if (event instanceof Event.ConnectionFailed failed) {
            return fail(failed.failure());
        }
        if (event instanceof Event.Interrupted) {
            end();
            return List.of(new Effect.Stop());
        }
        if (event instanceof Event.DeadlinePassed deadline) {
            return fail(late(deadline.seconds()));
        }
        if (event instanceof Event.Connected connected && step == Step.CONNECTING) {
            step = Step.SUBSCRIBING;
            return List.of(
                    new Effect.Note("connected to " + connected.broker()), new Effect.Subscribe(responseTopics()));
        }
        if (event instanceof Event.Subscribed subscribed && step == Step.SUBSCRIBING) {
            return onSubscribed(subscribed.grantedQos());
        }
        return List.of();
    }

    private List<Effect> onSubscribed(List<Integer> grantedQos) {
        List<String> topics = responseTopics();
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
                new Effect.Publish(
                        Topics.keyExchangeRequest(netId), ownKey.publicKey().toPem()),
                new Effect.Note("key sent, fingerprint " + ownKey.publicKey().fingerprint()));
    }

    private List<Effect> onReceived(Event.Received received) {
        boolean isKey = received.topic().equals(Topics.keyExchangeResponse(netId));
        if (!isKey && !received.topic().equals(Topics.actionResponse(netId, action))) {
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
        if (step == Step.CONNECTING || step == Step.SUBSCRIBING) {
            return ignore("a key before ours was sent");
        }
        DhPublicKey key = DhPublicKey.parse(DhGroup.lab(), pem);
        if (key.equals(ownKey.publicKey())) {
            throw new RefusedException(Refusal.KEY_OURS);
        }
        if (step == Step.AWAITING_ANSWER) {
            return key.equals(responderKey)
                    ? ignore("the responder's key once more")
                    : List.of(
                            new Effect.Warn("a second, different key arrived: there are two responders, or an attacker"
                                    + " (fingerprint " + key.fingerprint() + ")"));
        }
        sessionKey = ownKey.agree(key);
        fernet = new Fernet(sessionKey, clock, random);
        request = fernet.encrypt(text);
        responderKey = key;
        step = Step.AWAITING_ANSWER;
        return List.of(
                new Effect.Note("key received, fingerprint " + key.fingerprint()),
                new Effect.Publish(Topics.actionRequest(netId, action), request),
                new Effect.Note("request sent"));
    }

    private List<Effect> onToken(byte[] token) throws RefusedException {
        if (step != Step.AWAITING_ANSWER) {
            return ignore("a token before the request was sent");
        }
        // Our own token decrypts well; the codec refuses all other spellings of it.
        if (Arrays.equals(token, request)) {
            strangeToken = true;
            return ignore("our own request, sent back");
        }
        byte[] answer = fernet.decrypt(token);
        end();
        return List.of(new Effect.Note("answer received"), new Effect.Finish(answer));
    }

    private List<Effect> ignore(String what) {
        ignored.merge(what, 1, Integer::sum);
        return List.of(new Effect.Note("ignored " + what));
    }

    private Failure late(int seconds) {
        String problem = "no answer within " + seconds + " s: still " + step.activity + ignoredSoFar();
        return switch (step) {
            case CONNECTING ->
                new Failure(ExitCode.BROKER_UNREACHABLE, problem, "see that host and port are those of an MQTT broker");
            case SUBSCRIBING ->
                new Failure(
                        ExitCode.BROKER_UNREACHABLE,
                        problem,
                        "the broker is connected but does not answer: try another");
            case AWAITING_KEY ->
                new Failure(
                        ExitCode.NO_ANSWER,
                        problem,
                        "see that a responder is connected to this broker and serves NetID " + netId);
            case AWAITING_ANSWER, ENDED ->
                new Failure(
                        strangeToken ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER,
                        problem,
                        strangeToken
                                ? "somebody else publishes on this topic, or the responder derived another key"
                                : "allow a slow responder more time with --timeout, or try again");
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
        if (sessionKey != null) {
            sessionKey.destroy();
        }
    }

    private List<String> responseTopics() {
        return List.of(Topics.keyExchangeResponse(netId), Topics.actionResponse(netId, action));
    }
}
