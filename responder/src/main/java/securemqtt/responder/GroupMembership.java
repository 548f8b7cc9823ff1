package securemqtt.responder;

import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.BrokerConnection;
import securemqtt.responder.channel.GroupSubscription;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

/** This responder's part in a group, by its connection to the broker. */
@ApplicationScoped
class GroupMembership implements GroupSubscription {
    private static final Logger LOG = Logger.getLogger(GroupMembership.class);

    private final BrokerConnection connection;
    private final ResponderConfig config;

    GroupMembership(BrokerConnection connection, ResponderConfig config) {
        this.connection = connection;
        this.config = config;
    }

    @Override
    public boolean exists() {
        return Settings.group(config).isPresent();
    }

    @Override
    public boolean end(long deadline) throws InterruptedException {
        return await(connection.unsubscribe(), deadline);
    }

    @Override
    public boolean awaitSent(long deadline) throws InterruptedException {
        return await(connection.roundTrip(), deadline);
    }

    private static boolean await(Future<Void> answer, long deadline) throws InterruptedException {
        try {
            answer.toCompletionStage()
                    .toCompletableFuture()
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the broker did not answer", e);
            return false;
        }
    }
}
