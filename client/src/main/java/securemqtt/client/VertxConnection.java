package securemqtt.client;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.MqttConnectionException;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import securemqtt.broker.BrokerAddresses;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.ConnectFailure;
import securemqtt.broker.ConnectRefusal;
import securemqtt.protocol.NetId;

/** An MQTT 3.1.1 connection with a clean session and the NetID as client identifier, over Vert.x. */
final class VertxConnection implements Connection {
    /**
     * The largest MQTT packet taken from the broker, in bytes: the largest there is (MQTT 3.1.1, section 2.2.3). A larger
     * one than is taken would end the connection, and anybody can publish it.
     */
    private static final int MAX_PACKET_LENGTH = 268_435_455;

    /** A link that is dead is noticed after two of these, a frozen broker too. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    private static final int QOS = MqttQoS.AT_LEAST_ONCE.value();
    /** How long the host may take to answer at all: time for three more attempts of TCP. */
    private static final Duration TCP_CONNECT = Duration.ofSeconds(10);

    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final String NOT_MQTT_HINT = "see that -p is an MQTT broker's port, and whether that is one for TLS";

    private final Broker broker;
    private final int longestMessage;
    private final Consumer<Event> events;
    private final MqttClient client;
    private final BrokerAddresses addresses;
    /** All calls to the client are made here, where it also learns that the connection is lost. */
    private final Context context;
    /** Whether the broker has let us in. */
    private boolean accepted;
    /** The packet identifier of our SUBSCRIBE; 0 before it is sent. */
    private int subscription;

    /** @param longestMessage of what comes, in bytes; of a longer one only this much and one byte more is handed on */
    VertxConnection(Vertx vertx, Broker broker, NetId netId, int longestMessage, Consumer<Event> events) {
        this.broker = broker;
        this.longestMessage = longestMessage;
        this.events = events;
        this.client = MqttClient.create(vertx, options(broker, netId));
        this.addresses = new BrokerAddresses(vertx, broker.host());
        this.context = vertx.getOrCreateContext();
        client.subscribeCompletionHandler(this::subscribed);
        client.publishHandler(this::received);
        client.publishCompletionHandler(packet -> events.accept(new Event.Acknowledged()));
        client.closeHandler(closed -> events.accept(new Event.ConnectionLost(lost())));
        client.exceptionHandler(e -> events.accept(new Event.ConnectionLost(broken(e))));
    }

    /** Where a broker listens, and how it is spoken to. */
    record Broker(String host, int port, Trust trust, Optional<Login> login) {
        @Override
        public String toString() {
            return ConnectFailure.at(host, port);
        }
    }

    /**
     * Whether TLS is used, and whom it trusts.
     *
     * @param authorities if empty, those that the Java runtime trusts
     */
    record Trust(boolean tls, Optional<CertificateFile> authorities) {
        static final Trust NO_TLS = new Trust(false, Optional.empty());
        static final Trust OF_THE_SYSTEM = new Trust(true, Optional.empty());

        static Trust of(CertificateFile authorities) {
            return new Trust(true, Optional.of(authorities));
        }
    }

    /** A name and a password for the broker; the password is never shown. */
    static final class Login {
        private final String username;
        private final String password;

        Login(String username, String password) {
            this.username = username;
            this.password = password;
        }

        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    private static MqttClientOptions options(Broker broker, NetId netId) {
        MqttClientOptions options = new MqttClientOptions()
                .setClientId(netId.value())
                .setCleanSession(true)
                .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
                .setMaxMessageSize(MAX_PACKET_LENGTH);
        options.setConnectTimeout((int) TCP_CONNECT.toMillis());
        broker.login().ifPresent(login -> options.setUsername(login.username).setPassword(login.password));
        if (broker.trust().tls()) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            broker.trust()
                    .authorities()
                    .ifPresent(certificates -> options.setTrustOptions(certificates.trustOptions()));
        }
        return options;
    }

    @Override
    public void connect() {
        String serverName = broker.trust().tls() ? addresses.serverName() : null;
        context.runOnContext(start -> addresses
                .connect(() -> client.connect(broker.port(), broker.host(), serverName))
                .onComplete(this::connected));
    }

    private void connected(AsyncResult<MqttConnAckMessage> result) {
        accepted = result.succeeded();
        events.accept(
                accepted
                        ? new Event.Connected(broker.toString())
                        : new Event.ConnectFailed(unreachable(result.cause())));
    }

    private void received(MqttPublishMessage message) {
        Buffer payload = message.payload();
        byte[] bytes = payload.getBytes(0, Math.min(payload.length(), longestMessage + 1));
        events.accept(new Event.Received(message.topicName(), bytes, message.isRetain()));
    }

    @Override
    public void subscribe(List<String> topics) {
        // In this order, as the broker's answer has no names in it.
        Map<String, Integer> inOrder = new LinkedHashMap<>();
        topics.forEach(topic -> inOrder.put(topic, QOS));
        whileConnected(() -> client.subscribe(inOrder).onSuccess(packet -> subscription = packet));
    }

    /** The library reports every SUBACK, also one with a packet identifier that we did not use. */
    private void subscribed(MqttSubAckMessage acknowledgement) {
        if (acknowledgement.messageId() == subscription) {
            events.accept(new Event.Subscribed(acknowledgement.grantedQoSLevels()));
        }
    }

    @Override
    public void publish(String topic, byte[] payload) {
        whileConnected(() -> client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false));
    }

    private void whileConnected(Runnable call) {
        context.runOnContext(start -> {
            // A client whose connection is lost throws NullPointerException; the loss was reported already.
            if (client.isConnected()) {
                call.run();
            }
        });
    }

    @Override
    public void close() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        context.runOnContext(start -> {
            client.closeHandler(null);
            client.exceptionHandler(null);
            boolean connected = client.isConnected();
            client.disconnect().onComplete(done -> gone.complete(null));
            if (!connected) {
                // Nobody to say goodbye to.
                gone.complete(null);
            }
        });
        try {
            gone.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The broker will notice by itself that we are gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a future that is only ever completed failed", e);
        }
    }

    private Failure unreachable(Throwable cause) {
        if (cause instanceof MqttConnectionException refusal) {
            return refused(refusal.code());
        }
        Optional<Failure> untrusted = TlsFailures.explain(cause, broker.toString());
        if (untrusted.isPresent()) {
            return untrusted.get();
        }
        return ConnectFailure.of(cause, broker.host(), broker.port())
                .map(failure -> unreachable(failure.problem(), hint(failure.kind())))
                .orElseGet(this::hungUp);
    }

    private static String hint(ConnectFailure.Kind kind) {
        return switch (kind) {
            case UNKNOWN_HOST -> "see that -h names the broker's host and that this computer is online";
            case NO_ANSWER -> "a firewall may be in between; see that -h and -p are right";
            case REFUSED -> "start a broker there, or name another one with -h and -p";
            case NO_ROUTE -> "see that -h is right and that this computer is online";
        };
    }

    private Failure refused(MqttConnectReturnCode code) {
        boolean named = broker.login().isPresent();
        return switch (ConnectRefusal.of(code)) {
            case PROTOCOL_VERSION -> refused("it does not speak MQTT 3.1.1", "name another broker with -h and -p");
            case CLIENT_IDENTIFIER ->
                refused(
                        "it does not allow this NetID as client identifier",
                        "see that NETID is right, or ask the broker's operator");
            case USER_NAME_OR_PASSWORD ->
                named
                        ? refused(
                                "it does not accept this user name and password",
                                "see that --username and its password are right")
                        : refused("it wants a user name and password", "give them with --username and --password-file");
            case NOT_AUTHORIZED ->
                refused(
                        "it does not allow this client in",
                        named
                                ? "see that --username and its password are right, or ask the broker's operator"
                                : "it may want --username and a password; if not, ask the broker's operator");
            case UNAVAILABLE ->
                unreachable(
                        broker + " refused the connection: it is not available at present",
                        "try again later, or name another broker with -h and -p");
            case OTHER -> refused(ConnectRefusal.inWords(code), "ask the broker's operator");
        };
    }

    private Failure refused(String reason, String hint) {
        return new Failure(
                ExitCode.BROKER_REFUSED,
                "connecting to the broker: " + broker + " refused the connection: " + reason,
                hint);
    }

    private static Failure unreachable(String problem, String hint) {
        return new Failure(ExitCode.BROKER_UNREACHABLE, "connecting to the broker: " + problem, hint);
    }

    private Failure lost() {
        return new Failure(
                ExitCode.BROKER_UNREACHABLE,
                "the connection to the broker at " + broker + " was lost",
                "try again; if it goes on, see that no second client runs with the same NetID");
    }

    private Failure broken(Throwable cause) {
        // Some of what TLS has to refuse comes only after the handshake, in the same wrapping as what is not MQTT.
        Optional<Failure> refusedByTls = TlsFailures.explain(cause, broker.toString());
        if (refusedByTls.isPresent()) {
            return refusedByTls.get();
        }
        boolean notMqtt = cause instanceof DecoderException;
        if (!accepted) {
            return notMqtt ? unreachable(broker + " does not speak MQTT", NOT_MQTT_HINT) : hungUp();
        }
        return new Failure(
                ExitCode.BROKER_UNREACHABLE,
                "the connection to " + broker + " broke off" + (notMqtt ? ": what came was not MQTT" : ""),
                "try again");
    }

    private Failure hungUp() {
        return unreachable(broker + " closed the connection before it accepted it", NOT_MQTT_HINT);
    }
}
