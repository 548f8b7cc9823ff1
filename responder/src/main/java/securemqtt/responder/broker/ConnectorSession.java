package securemqtt.responder.broker;

import io.smallrye.reactive.messaging.mqtt.Clients;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSession;
import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.vertx.core.Vertx;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Finds the connector's own session with the broker. The connector does not publish it. But only the session knows
 * which answers the broker has acknowledged, and only it can end the subscription and keep the connection.
 */
final class ConnectorSession {
    private ConnectorSession() {}

    /**
     * The session with these options. If there is none yet, the connector will use this one.
     *
     * @throws IllegalStateException if the connector has no such session any more, in a later version
     */
    static MqttClientSession of(Vertx vertx, MqttClientSessionOptions options) {
        try {
            MethodHandle getHolder = MethodHandles.privateLookupIn(Clients.class, MethodHandles.lookup())
                    .findStatic(
                            Clients.class,
                            "getHolder",
                            MethodType.methodType(
                                    Clients.ClientHolder.class,
                                    io.vertx.mutiny.core.Vertx.class,
                                    MqttClientSessionOptions.class));
            return ((Clients.ClientHolder)
                            getHolder.invokeExact(io.vertx.mutiny.core.Vertx.newInstance(vertx), options))
                    .getClient();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the connector's session cannot be reached", e);
        }
    }
}
