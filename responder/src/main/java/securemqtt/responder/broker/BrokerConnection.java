package securemqtt.responder.broker;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.smallrye.reactive.messaging.ClientCustomizer;
import io.smallrye.reactive.messaging.mqtt.session.ExponentialBackoffDelayOptions;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSession;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.smallrye.reactive.messaging.mqtt.session.RequestedQoS;
import io.smallrye.reactive.messaging.mqtt.session.SessionState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttConnectionException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.microprofile.config.Config;
import securemqtt.broker.CertificateProblem;
import securemqtt.broker.ConnectFailure;
import securemqtt.broker.ConnectRefusal;
import securemqtt.responder.broker.ConnectionStateMachine.Obstacle;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

/** Configures the connector's connection to the broker, and finds out why it fails. */
@ApplicationScoped
public class BrokerConnection implements ClientCustomizer<MqttClientSessionOptions> {
    private static final int QOS = 1;
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final Credentials credentials;
    private final String requests;
    /** As {@link #requests}, but in a group of its own: otherwise the broker would hand requests to the probe. */
    private final String probedRequests;

    private final boolean inGroup;
    private volatile MqttClientSession session;
    /** Completes when the current connection ends. */
    private volatile Promise<Void> disconnected = Promise.promise();

    private volatile MqttClientSessionOptions options;
    private volatile Runnable onAcknowledged = () -> {};
    private volatile Runnable onDisconnected = () -> {};

    public BrokerConnection(Vertx vertx, Credentials credentials, ResponderConfig config) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.requests = Settings.requests(config);
        Optional<String> group = Settings.group(config);
        this.inGroup = group.isPresent();
        this.probedRequests = Settings.requests(config, group.map(name -> name + "-probe-" + UUID.randomUUID()));
        // Handles all messages that were read before Netty reads more. By default Netty spends half of the time on
        // reading. Then a flood of tiny messages would fill the channel's buffer, which ends the channel. One round
        // reads at most 16 times 64 KiB.
        ((NioEventLoopGroup) ((VertxInternal) vertx).getEventLoopGroup()).setIoRatio(100);
    }

    /** Both channels get the same options, because they share the connection. */
    @Override
    public MqttClientSessionOptions customize(String channel, Config config, MqttClientSessionOptions options) {
        credentials.applyTo(options);
        options.setReconnectDelay(new ExponentialBackoffDelayOptions()
                .setMinimum(Duration.ofSeconds(1))
                .setIncrement(Duration.ofSeconds(1))
                .setMaximum(Duration.ofSeconds(8)));
        options.setConnectTimeout(addresses(options).connectTimeout(options.getConnectTimeout()));
        // In a group the broker may hand a request to another responder until it is acknowledged, so that comes last.
        options.setAutoAck(!inGroup);
        this.options = options;
        session = ConnectorSession.of(vertx, options);
        session.publishCompletionHandler(packet -> onAcknowledged.run()).sessionStateHandler(event -> {
            if (event.getSessionState() == SessionState.DISCONNECTED) {
                Promise<Void> ended = disconnected;
                disconnected = Promise.promise();
                ended.complete();
                onDisconnected.run();
            }
        });
        return options;
    }

    /**
     * Ends the subscription, and keeps the connection.
     *
     * @return completes when the broker has confirmed it and all requests before that are received. The broker may
     *     still send requests that it had queued. Fails if the connection is lost.
     */
    public Future<Void> unsubscribe() {
        // The session's future fails when the broker has confirmed it.
        return untilDisconnected(session.unsubscribe(requests).otherwiseEmpty());
    }

    /**
     * Asks the broker for something that it answers in any case, a subscription to a topic of this process.
     *
     * @return completes when the broker has answered and all requests before that are received. Fails if the
     *     connection is lost.
     */
    public Future<Void> roundTrip() {
        return untilDisconnected(session.subscribe("secure-mqtt/" + UUID.randomUUID(), RequestedQoS.QOS_0)
                .otherwiseEmpty());
    }

    private Future<Void> untilDisconnected(Future<?> answer) {
        Promise<Void> result = Promise.promise();
        // The connector hands on messages by a task for each. This task comes after them.
        answer.onComplete(done -> vertx.runOnContext(turn -> result.tryComplete()));
        disconnected.future().onComplete(end -> result.tryFail("the connection is lost"));
        if (!session.isConnected()) {
            result.tryFail("there is no connection");
        }
        return result.future();
    }

    /** Sets what to call for each answer that the broker acknowledges. The thread that reads the connection calls it. */
    public void onAcknowledged(Runnable listener) {
        onAcknowledged = listener;
    }

    /** Sets what to call each time the connection has ended. The thread that reads the connection calls it. */
    public void onDisconnected(Runnable listener) {
        onDisconnected = listener;
    }

    private BrokerAddresses addresses(MqttClientSessionOptions options) {
        return new BrokerAddresses(vertx, options.getHostname(), options.getPort());
    }

    /** After a loss, makes the connector try all addresses of the broker again. */
    public void forgetAddress() {
        addresses(options).forget();
    }

    /**
     * Finds out why the broker delivers no requests; empty if it does deliver them. The connector does not report why
     * it cannot connect, and treats a refused subscription as granted. So this connects once with the same options,
     * subscribes and disconnects. It tries each address of the broker, and the connector then uses the one that
     * works. The broker may end the connector's connection in favour of this one. The connector notices that before
     * the future completes.
     *
     * @return never fails; every error becomes an obstacle
     */
    public Future<Optional<Obstacle>> obstacle() {
        Promise<Optional<Obstacle>> obstacle = Promise.promise();
        // A client identifier of its own: with the connector's identifier, the broker would end the connector's
        // connection.
        MqttClient client = MqttClient.create(
                vertx, new MqttClientSessionOptions(options).setClientId("probe-" + UUID.randomUUID()));
        long timer = vertx.setTimer(TIMEOUT_MILLIS, late -> obstacle.tryFail(new TimeoutException()));
        client.exceptionHandler(obstacle::tryFail);
        client.subscribeCompletionHandler(answer -> {
            Optional<Obstacle> refusal = answer.grantedQoSLevels().contains(QOS)
                    ? Optional.empty()
                    : Optional.of(new Obstacle(broker() + " refused the subscription to " + requests, true));
            // If the broker ends the other connection, it does so before it accepts this one. One message later, the
            // connector knows.
            client.pingResponseHandler(pong -> vertx.runOnContext(now -> obstacle.tryComplete(refusal)));
            client.ping();
        });
        String host = options.getHostname();
        addresses(options)
                .connect(() -> client.connect(
                        options.getPort(), host, options.getServerName().orElse(host)))
                .onSuccess(accepted -> client.subscribe(probedRequests, QOS))
                .onFailure(obstacle::tryFail);
        return obstacle.future()
                .otherwise(cause -> Optional.of(new Obstacle(describe(cause), false)))
                .onComplete(result -> {
                    vertx.cancelTimer(timer);
                    client.exceptionHandler(null);
                    client.disconnect();
                });
    }

    private String broker() {
        return ConnectFailure.at(options.getHostname(), options.getPort());
    }

    private String describe(Throwable cause) {
        String host = options.getHostname();
        String broker = broker();
        if (cause instanceof MqttConnectionException refusal) {
            return broker + " refused the connection: " + refusalReason(refusal.code());
        }
        Optional<ConnectFailure> failure = ConnectFailure.of(cause, host, options.getPort());
        if (failure.isPresent()) {
            return failure.get().problem();
        }
        if (hasCause(cause, SSLException.class)) {
            return CertificateProblem.of(cause)
                    .map(problem -> broker + " showed a certificate " + problem.clause())
                    .orElseGet(() -> "the TLS handshake with " + broker + " failed; this may not be a TLS port");
        }
        if (cause instanceof TimeoutException) {
            return broker + " does not answer";
        }
        if (cause instanceof DecoderException) {
            return broker + " does not speak MQTT";
        }
        return broker + " closed the connection before accepting it";
    }

    private String refusalReason(MqttConnectReturnCode code) {
        return switch (ConnectRefusal.of(code.byteValue() & 0xff)) {
            case PROTOCOL_VERSION -> "it does not speak MQTT 3.1.1";
            case UNAVAILABLE -> "it is unavailable";
            case USER_NAME_OR_PASSWORD ->
                options.hasUsername()
                        ? "it does not accept this user name and password"
                        : "it requires a user name and password";
            case NOT_AUTHORIZED ->
                options.hasUsername()
                        ? "this client is not authorized, check that --username and its password are right"
                        : "this client is not authorized, it may require --username and a password";
            case CLIENT_IDENTIFIER -> "it does not allow the client identifier";
            case OTHER -> ConnectRefusal.inWords(code.byteValue() & 0xff);
        };
    }

    private static boolean hasCause(Throwable throwable, Class<? extends Throwable> type) {
        return causes(throwable).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
