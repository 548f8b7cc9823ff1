package securemqtt.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import securemqtt.client.TimeoutDiagnosis.Clue;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

/**
 * The client's side of the exchange as a state machine: connect, subscribe, exchange keys, send the request, take the
 * answer. It receives events and returns effects. It performs no effect itself.
 *
 * <p>Anybody can publish on the response topics of a shared broker. The exchange therefore ignores a message that it
 * does not expect, and goes on. Only a token made with the session key is an answer.
 */
final class Exchange {
    /** The steps, each with its name in error lines. */
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

    /** The longest delay before the first reconnection. The limit doubles with each further loss. */
    private static final int FIRST_RECONNECT_DELAY_MILLIS = 200;

    private static final int MAX_DOUBLINGS = 4;
    /** The time for a reconnection until the broker grants the subscriptions. Then the client starts another. */
    private static final Duration RECONNECT_TIMEOUT = Duration.ofSeconds(12);
    /** After a loss the responder may reconnect later than the client, so the client sends its key again. */
    private static final Duration FIRST_RESEND_DELAY = Duration.ofSeconds(1);

    private static final Duration MAX_RESEND_DELAY = Duration.ofSeconds(8);
    /** The time for an answer under one responder key after a loss. Then the client tries the next key. */
    private static final Duration NEXT_KEY_DELAY = Duration.ofSeconds(5);
    /** A slow responder may be at work on the request, so the client then sends its key again only this often. */
    private static final int MAX_RESENDS_AFTER_REQUEST = 2;
    /** The limit for responder keys that the client keeps beside the one in use. */
    private static final int MAX_SPARE_KEYS = 4;

    private static final String UNPINNED_KEY = "a key that is not pinned";
    private static final String SECOND_KEY = "a second, different key";

    private final ExchangeRequest request;
    private final Supplier<DhKeyPair> keyPairs;
    private final SecureRandom random;
    private final Event.Handler handler = new Transitions();

    private final KeyAgreements agreements;
    /** Responder keys that arrived after the one in use, since the client connected. */
    private final Queue<DhPublicKey> spareKeys = new ArrayDeque<>();

    private final LostConnections losses = new LostConnections();
    private final IgnoredMessages ignored = new IgnoredMessages();
    /** The clues for a {@link TimeoutDiagnosis}. */
    private final Set<Clue> clues = EnumSet.noneOf(Clue.class);

    private Step step = Step.CONNECTING;
    /** The client's own key pair; null until the client sends its key, and after a loss. */
    private DhKeyPair ownKey;

    private Duration resendDelay = FIRST_RESEND_DELAY;
    private int resendsAfterRequest;
    /** The number of messages published on this connection that the broker has not acknowledged. */
    private int unacknowledged;

    /**
     * @param keyPairs returns a new key pair at each call; the call may take as long as it takes to generate one
     * @param clock for the time in tokens
     */
    Exchange(ExchangeRequest request, Supplier<DhKeyPair> keyPairs, InstantSource clock, SecureRandom random) {
        this.request = request;
        this.keyPairs = keyPairs;
        this.random = random;
        this.agreements = new KeyAgreements(clock, random);
    }

    /** The effects that start the exchange. */
    List<Effect> begin() {
        return List.of(new Effect.Connect(Duration.ZERO));
    }

    /** The effects to perform after {@code event}, in this order; empty for none, and always empty after the end. */
    List<Effect> on(Event event) {
        return step == Step.ENDED ? List.of() : event.dispatchTo(handler);
    }

    /** Handles each event at every step before {@link Step#ENDED}. */
    private final class Transitions implements Event.Handler {
        @Override
        public List<Effect> onConnected(Event.Connected event) {
            if (step != Step.CONNECTING && step != Step.RECONNECTING) {
                return List.of();
            }
            step = Step.SUBSCRIBING;
            return List.of(
                    new Effect.Note("connected to " + event.broker()), new Effect.Subscribe(request.responseTopics()));
        }

        /** A first connection that fails ends the run at once. After a loss the broker may come back. */
        @Override
        public List<Effect> onConnectFailed(Event.ConnectFailed event) {
            Failure failure = event.failure();
            boolean mayComeBack = step == Step.RECONNECTING && failure.exitCode() == ExitCode.BROKER_UNREACHABLE;
            return mayComeBack ? reconnect(failure) : fail(failure);
        }

        @Override
        public List<Effect> onConnectionLost(Event.ConnectionLost event) {
            return step == Step.CONNECTING ? fail(event.failure()) : reconnect(event.failure());
        }

        @Override
        public List<Effect> onSubscribed(Event.Subscribed event) {
            if (step != Step.SUBSCRIBING) {
                return List.of();
            }
            Optional<Failure> failure = SubscriptionFailures.check(request.responseTopics(), event.grantedQos());
            return failure.isPresent() ? fail(failure.get()) : sendKey();
        }

        @Override
        public List<Effect> onAcknowledged(Event.Acknowledged event) {
            unacknowledged--;
            return List.of();
        }

        @Override
        public List<Effect> onReceived(Event.Received event) {
            if (event.topic().equals(request.keyResponseTopic())) {
                return receiveKey(event);
            }
            if (event.topic().equals(request.responseTopic())) {
                return receiveToken(event);
            }
            return ignore("a message on a topic that was not subscribed to");
        }

        /** An alarm is only set after a loss. A first connection may take until the deadline. */
        @Override
        public List<Effect> onAlarm(Event.Alarm event) {
            return switch (step) {
                case RECONNECTING, SUBSCRIBING ->
                    reconnect(new Failure(
                            ExitCode.BROKER_UNREACHABLE,
                            "the broker did not answer for " + RECONNECT_TIMEOUT.toSeconds() + " s",
                            "the broker or the network is down: try again later, or another broker"));
                case AWAITING_KEY -> {
                    lengthenResendDelay();
                    yield resendKey("key sent again, because nobody has answered");
                }
                case AWAITING_ANSWER -> tryAnotherKey();
                case CONNECTING, ENDED -> List.of();
            };
        }

        @Override
        public List<Effect> onInterrupted(Event.Interrupted event) {
            end();
            return List.of(new Effect.Stop());
        }

        @Override
        public List<Effect> onDeadlinePassed(Event.DeadlinePassed event) {
            TimeoutDiagnosis diagnosis =
                    new TimeoutDiagnosis(step, request.netId(), losses, ignored, clues, unacknowledged > 0);
            return fail(diagnosis.failure(event.seconds()));
        }
    }

    /**
     * Starts the exchange over on a new connection. The delay is random: two clients with the same NetID make the
     * broker disconnect each other, and with equal delays would do so forever.
     */
    private List<Effect> reconnect(Failure loss) {
        forgetKeys();
        // A second key casts doubt on the first one for the whole run. The other clues concern one connection.
        clues.retainAll(EnumSet.of(Clue.SECOND_KEY));
        step = Step.RECONNECTING;
        int maxDelayMillis = FIRST_RECONNECT_DELAY_MILLIS << Math.min(losses.count(), MAX_DOUBLINGS);
        losses.add(loss);
        Duration delay = Duration.ofMillis(1 + random.nextInt(maxDelayMillis));
        return List.of(
                new Effect.Note(loss.problem() + "; connecting again in " + delay.toMillis() + " ms"),
                new Effect.Connect(delay),
                new Effect.SetAlarm(delay.plus(RECONNECT_TIMEOUT)));
    }

    private List<Effect> sendKey() {
        ownKey = keyPairs.get();
        resendDelay = FIRST_RESEND_DELAY;
        resendsAfterRequest = 0;
        step = Step.AWAITING_KEY;
        List<Effect> effects = new ArrayList<>(List.of(
                new Effect.Note("subscribed to " + String.join(" and ", request.responseTopics()) + ", granted QoS 1"),
                publish(request.keyRequestTopic(), ownKey.publicKey().toPem()),
                new Effect.Note("key sent, fingerprint " + ownKey.publicKey().fingerprint())));
        if (!losses.isEmpty()) {
            effects.add(new Effect.SetAlarm(resendDelay));
        }
        return effects;
    }

    private List<Effect> resendKey(String note) {
        return List.of(
                publish(request.keyRequestTopic(), ownKey.publicKey().toPem()),
                new Effect.Note(note),
                new Effect.SetAlarm(resendDelay));
    }

    private void lengthenResendDelay() {
        Duration doubled = resendDelay.multipliedBy(2);
        resendDelay = doubled.compareTo(MAX_RESEND_DELAY) < 0 ? doubled : MAX_RESEND_DELAY;
    }

    /**
     * Goes on when there is no answer under the responder key in use. That key may be a late response to the key that
     * the client sent before the loss. The responder's valid key then arrived after it, or is still to come.
     */
    private List<Effect> tryAnotherKey() {
        if (!spareKeys.isEmpty()) {
            try {
                return sendRequest(spareKeys.remove());
            } catch (RefusedException e) {
                List<Effect> effects =
                        new ArrayList<>(ignore("a key: " + e.refusal().explanation()));
                effects.add(new Effect.SetAlarm(FIRST_RESEND_DELAY));
                return effects;
            }
        }
        if (resendsAfterRequest >= MAX_RESENDS_AFTER_REQUEST) {
            return List.of();
        }
        resendsAfterRequest++;
        lengthenResendDelay();
        return resendKey("key sent again, because the responder's key brought no answer");
    }

    private Effect publish(String topic, byte[] payload) {
        unacknowledged++;
        return new Effect.Publish(topic, payload);
    }

    private List<Effect> receiveKey(Event.Received message) {
        if (message.retained()) {
            return ignore("a key in a retained message");
        }
        try {
            return useKey(message.payload());
        } catch (RefusedException e) {
            if (e.refusal() != Refusal.KEY_OURS) {
                clues.add(Clue.UNUSABLE_KEY);
            }
            return ignore("a key: " + e.refusal().explanation());
        }
    }

    private List<Effect> useKey(byte[] pem) throws RefusedException {
        if (ownKey == null) {
            return ignore("a key before ours was sent");
        }
        DhPublicKey key = DhPublicKey.parse(DhGroup.lab(), pem);
        if (key.equals(ownKey.publicKey())) {
            throw new RefusedException(Refusal.KEY_OURS);
        }
        if (agreements.includes(key)) {
            return ignore("the responder's key, repeated");
        }
        if (!request.pins().isEmpty() && !request.pins().contains(key.fingerprint())) {
            return ignoreUnpinnedKey(key);
        }
        return agreements.isEmpty() ? sendRequest(key) : keepSecondKey(key);
    }

    private List<Effect> ignoreUnpinnedKey(DhPublicKey key) {
        clues.add(Clue.UNPINNED_KEY);
        if (!ignored.add(UNPINNED_KEY)) {
            return List.of();
        }
        return List.of(new Effect.Warn(UNPINNED_KEY + " arrived and is ignored, fingerprint " + key.fingerprint()
                + ": another responder's, or an attacker's"));
    }

    private List<Effect> sendRequest(DhPublicKey key) throws RefusedException {
        byte[] token = agreements.agree(ownKey, key, request.text());
        step = Step.AWAITING_ANSWER;
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Note("key received, fingerprint " + key.fingerprint()));
        if (request.showSecrets()) {
            showSecrets(effects, agreements.latestSteps(ownKey));
            showSecrets(effects, agreements.latestRequestSteps());
        }
        effects.add(publish(request.requestTopic(), token));
        effects.add(new Effect.Note("request sent"));
        if (!losses.isEmpty()) {
            effects.add(new Effect.SetAlarm(NEXT_KEY_DELAY));
        }
        return effects;
    }

    private List<Effect> keepSecondKey(DhPublicKey key) {
        clues.add(Clue.SECOND_KEY);
        List<Effect> effects = new ArrayList<>();
        if (ignored.add(SECOND_KEY)) {
            String origin = losses.isEmpty() ? "there are two responders" : "a late answer, a second responder";
            effects.add(new Effect.Warn(
                    SECOND_KEY + " arrived, fingerprint " + key.fingerprint() + ": " + origin + ", or an attacker"));
        }
        // Without a loss the first key stays in use: whoever sends a second one must not get the text.
        if (!losses.isEmpty() && !spareKeys.contains(key) && spareKeys.size() < MAX_SPARE_KEYS) {
            if (spareKeys.isEmpty()) {
                effects.add(new Effect.SetAlarm(NEXT_KEY_DELAY));
            }
            spareKeys.add(key);
        }
        return effects;
    }

    private List<Effect> receiveToken(Event.Received message) {
        if (message.retained()) {
            return ignore("a token in a retained message");
        }
        try {
            return useToken(message.payload());
        } catch (RefusedException e) {
            clues.add(Clue.FOREIGN_TOKEN);
            return ignoreToken(message.payload(), e.refusal());
        }
    }

    private List<Effect> ignoreToken(byte[] token, Refusal refusal) {
        List<Effect> note = ignore("a token: " + refusal.explanation());
        if (note.isEmpty() || !request.showSecrets()) {
            return note;
        }
        List<Effect> effects = new ArrayList<>(note);
        showSecrets(effects, agreements.responseSteps(token));
        return effects;
    }

    private static void showSecrets(List<Effect> effects, List<String> lines) {
        for (String line : lines) {
            effects.add(new Effect.ShowSecret(line));
        }
    }

    private List<Effect> useToken(byte[] token) throws RefusedException {
        if (step != Step.AWAITING_ANSWER) {
            return ignore("a token before the request was sent");
        }
        if (token.length > request.maxTokenLength()) {
            // Decoding makes copies, which may need more memory than there is.
            clues.add(Clue.OVERSIZED_TOKEN);
            return ignore("a token far longer than an answer may be");
        }
        // The client's own token would decrypt. The codec refuses every other spelling of it.
        if (agreements.isRequestToken(token)) {
            clues.add(Clue.FOREIGN_TOKEN);
            return ignore("our own request, sent back");
        }
        byte[] answer = agreements.decrypt(token);
        List<Effect> effects = new ArrayList<>();
        if (request.showSecrets()) {
            showSecrets(effects, agreements.responseSteps(token));
        }
        if (answer.length > request.maxAnswerLength()) {
            effects.addAll(fail(new Failure(
                    ExitCode.ANSWER_TOO_LONG,
                    "the answer has " + answer.length + " bytes, more than the " + request.maxAnswerLength()
                            + " allowed",
                    "allow more with --max-answer")));
            return effects;
        }
        end();
        effects.add(new Effect.Note("answer received" + ignored.summary()));
        effects.add(new Effect.Finish(answer));
        return effects;
    }

    /** A flood of messages with one reason makes one note. The summary at the end has their number. */
    private List<Effect> ignore(String reason) {
        return ignored.add(reason) ? List.of(new Effect.Note("ignored " + reason)) : List.of();
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
        agreements.clear();
        spareKeys.clear();
        ownKey = null;
        unacknowledged = 0;
    }
}
