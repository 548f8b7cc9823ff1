package securemqtt.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** One client: sends requests, checks the answers, and keeps its state. */
final class Client implements Listener {
    private final NetId netId;
    private final String keyTopic;
    private final String answerTopic;
    private final String requestTopic;
    private final ClientConnection connection;
    private final KeyComputations keys;
    private final CompletableFuture<DhKeyPair> ownPair;
    private final Workload work;
    private final Texts texts;
    private final Tally tally;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private ClientState state = ClientState.NOT_STARTED;
    private DhKeyPair keyPair;
    private Fernet fernet;
    /** The start of the current wait. This and all other times are values of {@link System#nanoTime}. */
    private long waitStart;

    private boolean started;
    private long startedAt;
    private long keySentAt;
    private boolean keyReceived;
    /** The send time of each unanswered request, by the request's number. */
    private final Map<Integer, Long> unanswered = new HashMap<>();

    private int sent;
    private int answered;
    private int wrong;

    /** @param ownPair the client's key pair, which may not be finished yet */
    Client(
            NetId netId,
            ClientConnection connection,
            KeyComputations keys,
            CompletableFuture<DhKeyPair> ownPair,
            Workload work,
            Tally tally) {
        this.netId = netId;
        this.keyTopic = Topics.keyExchangeResponse(netId);
        this.answerTopic = Topics.actionResponse(netId, Texts.ACTION);
        this.requestTopic = Topics.actionRequest(netId, Texts.ACTION);
        this.connection = connection;
        this.keys = keys;
        this.ownPair = ownPair;
        this.work = work;
        this.texts = new Texts(netId, work.textLength());
        this.tally = tally;
    }

    void awaitKeyPair() {
        ownPair.join();
    }

    /**
     * Connects, subscribes and waits for the key pair; if the key exchange is not measured, agrees on a session too.
     * All this happens before the measurement starts.
     */
    synchronized CompletableFuture<Void> prepare() {
        if (state == ClientState.NOT_STARTED) {
            move(ClientState.CONNECTING);
            connection
                    .open(List.of(keyTopic, answerTopic), this)
                    .thenCompose(open -> ownPair)
                    .whenComplete((pair, failure) -> {
                        if (failure == null) {
                            prepared(pair);
                        } else {
                            failed(failure);
                        }
                    });
        }
        return ready;
    }

    private synchronized void prepared(DhKeyPair pair) {
        if (state == ClientState.CONNECTING) {
            keyPair = pair;
            if (work.keysMeasured()) {
                becomeReady();
            } else {
                sendKey();
            }
        }
    }

    private void becomeReady() {
        move(ClientState.READY);
        ready.complete(null);
    }

    /** Starts this client's measurement. Prepares the client first, if {@link #prepare} was not called before. */
    void start() {
        synchronized (this) {
            started = true;
            startedAt = System.nanoTime();
            waitStart = startedAt;
        }
        prepare().thenRun(this::begin);
    }

    private synchronized void begin() {
        if (state != ClientState.READY) {
            return;
        }
        if (work.keysMeasured()) {
            sendKey();
        } else {
            move(ClientState.WAITING_FOR_ANSWER);
            fillWindow();
        }
    }

    private void sendKey() {
        move(ClientState.WAITING_FOR_KEY);
        byte[] pem = keyPair.publicKey().toPem();
        keySentAt = System.nanoTime();
        connection.publish(Topics.keyExchangeRequest(netId), pem);
    }

    @Override
    public synchronized void received(Received message) {
        if (message.retained()) {
            wrong("a retained message on " + message.topic());
        } else if (message.topic().equals(keyTopic)) {
            onKey(message);
        } else {
            onToken(message);
        }
    }

    private void onKey(Received message) {
        if (state != ClientState.WAITING_FOR_KEY) {
            // If no key was received before, this one arrived after the timeout and is counted as lost.
            if (keyReceived) {
                tally.duplicate(message.repeated());
            }
            return;
        }
        keyReceived = true;
        tally.keyExchange.add(message.at() - keySentAt);
        if (work.requests() == 0) {
            checkKey(message);
            return;
        }
        move(ClientState.AGREEING);
        keys.agree(keyPair, message.payload()).whenComplete((agreed, failure) -> {
            if (failure == null) {
                agreed(agreed);
            } else {
                wrong("the key for " + netId + ": " + Connection.describe(cause(failure)));
            }
        });
    }

    private void checkKey(Received message) {
        try {
            DhPublicKey.parse(DhGroup.lab(), message.payload());
            answered(message.at());
        } catch (RefusedException e) {
            wrong("the key for " + netId + ": " + e.getMessage());
        }
    }

    private synchronized void agreed(Fernet agreed) {
        if (state != ClientState.AGREEING) {
            return;
        }
        fernet = agreed;
        if (work.keysMeasured()) {
            move(ClientState.WAITING_FOR_ANSWER);
            fillWindow();
        } else {
            becomeReady();
        }
    }

    private void fillWindow() {
        while (sent < work.requests() && unanswered.size() < work.window()) {
            sendNext();
        }
    }

    /** Sends the next request now. */
    synchronized void sendNext() {
        if (state != ClientState.WAITING_FOR_ANSWER) {
            return;
        }
        int number = sent++;
        byte[] token = fernet.encrypt(texts.text(number));
        unanswered.put(number, System.nanoTime());
        connection.publish(requestTopic, token);
    }

    private void onToken(Received message) {
        if (fernet == null) {
            wrong("an answer for " + netId + " before there was a session");
            return;
        }
        OptionalInt number;
        try {
            number = texts.numberOf(fernet.decrypt(message.payload()));
        } catch (RefusedException e) {
            wrong("an answer for " + netId + ": " + e.getMessage());
            return;
        }
        if (number.isEmpty() || number.getAsInt() >= sent) {
            wrong("an answer for " + netId + " is not to any text that was sent");
            return;
        }
        Long sentAt = unanswered.remove(number.getAsInt());
        if (sentAt == null) {
            tally.duplicate(message.repeated());
        } else if (!ended.isDone()) {
            tally.request.add(message.at() - sentAt);
            answered(message.at());
        }
    }

    private void answered(long at) {
        answered++;
        waitStart = at;
        tally.answered(at);
        if (work.keysMeasured()) {
            tally.whole.add(at - startedAt);
        }
        goOn();
    }

    private synchronized void wrong(String why) {
        if (!ended.isDone()) {
            wrong++;
            tally.wrong(why);
            goOn();
        }
    }

    private void goOn() {
        if (answered + wrong >= work.answers()) {
            end(ClientState.DONE, "");
        } else if (fernet != null) {
            fillWindow();
        } else {
            // Without a valid key, the client cannot go on.
            end(state, "");
        }
    }

    private synchronized void failed(Throwable failure) {
        Throwable cause = cause(failure);
        end(
                cause instanceof RefusedByBrokerException ? ClientState.REFUSED : ClientState.UNREACHABLE,
                Connection.describe(cause));
    }

    @Override
    public synchronized void lost(String why) {
        // While the client connects, connect() itself fails with a better reason.
        if (state != ClientState.CONNECTING) {
            end(ClientState.DISCONNECTED, why);
        }
    }

    /** Gives up if the current wait is longer than {@code timeout}, in nanoseconds. */
    synchronized void expire(long now, long timeout) {
        boolean waiting = started || state != ClientState.NOT_STARTED && state != ClientState.READY;
        if (waiting && now - waitStart > timeout) {
            giveUp();
        }
    }

    /** Stops waiting. All unanswered requests count as lost. */
    synchronized void giveUp() {
        end(state, "");
    }

    /** The number of unanswered requests. */
    synchronized int unanswered() {
        return unanswered.size();
    }

    private void end(ClientState where, String why) {
        if (ended.isDone()) {
            return;
        }
        int lost = work.answers() - answered - wrong;
        state = where;
        if (lost > 0) {
            tally.lost(where, lost, why);
        }
        connection.done();
        ended.complete(null);
        ready.complete(null);
    }

    private void move(ClientState next) {
        state = next;
        // The timeout of a measured key exchange covers the whole exchange, so later states do not start a new wait.
        if (!started || !work.keysMeasured()) {
            waitStart = System.nanoTime();
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Completes when the client has all its answers or has given up. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    synchronized ClientState state() {
        return state;
    }
}
