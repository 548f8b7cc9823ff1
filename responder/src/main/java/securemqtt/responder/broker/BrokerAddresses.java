package securemqtt.responder.broker;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import securemqtt.broker.UnreachableException;

/** The addresses behind a broker's name, tried in the order in which the name resolves to them. */
final class BrokerAddresses {
    /** How long each of several addresses may take to accept a TCP connection: more than the way around the world. */
    private static final Duration FIRST_TIMEOUT = Duration.ofMillis(500);
    /** The same the second time, if none has accepted one: time for TCP to ask again. */
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(2);
    /** More than any connection's own limit, which counts then. */
    private static final Duration NO_TIMEOUT = Duration.ofHours(1);

    private final AddressTransport transport;
    private final String host;

    /**
     * @param vertx an instance whose transport is {@link AddressTransport}
     * @param host a name, or an address in the form of numbers
     */
    BrokerAddresses(Vertx vertx, String host) {
        this.transport = (AddressTransport) ((VertxInternal) vertx).transport();
        this.host = host;
    }

    /**
     * How long a connection that is made without {@link #connect} may take, in milliseconds.
     *
     * @param alone how long if there is one address only, or none
     */
    int connectTimeout(int alone) {
        try {
            return InetAddress.getAllByName(host).length > 1 ? (int) RETRY_TIMEOUT.toMillis() : alone;
        } catch (UnknownHostException e) {
            return alone;
        }
    }

    /**
     * Connects to the first address that accepts a TCP connection. Later connections to the same name go there too, until
     * {@link #forget}. Resolves the name on the calling thread, as Vert.x does on its own.
     *
     * @param attempt begins to connect to the name
     * @return what the attempt that went further than TCP came to; fails with {@link UnknownHostException}, or with the cause of
     *     the only attempt, or with {@link UnreachableException} if none of several addresses can be reached
     */
    <T> Future<T> connect(Supplier<Future<T>> attempt) {
        forget();
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            return Future.failedFuture(e);
        }
        return addresses.length == 1 ? attempt.get() : connect(attempt, List.of(addresses));
    }

    private <T> Future<T> connect(Supplier<Future<T>> attempt, List<InetAddress> addresses) {
        List<UnreachableException.Attempt> failed = new ArrayList<>();
        return connect(attempt, addresses, FIRST_TIMEOUT, FIRST_TIMEOUT, failed).recover(cause -> {
            List<InetAddress> silent = failed.stream()
                    .filter(one -> one.cause() instanceof ConnectTimeoutException)
                    .map(UnreachableException.Attempt::address)
                    .toList();
            if (!(cause instanceof UnreachableException) || silent.isEmpty()) {
                return Future.failedFuture(cause);
            }
            failed.removeIf(one -> silent.contains(one.address()));
            return connect(attempt, silent, RETRY_TIMEOUT, NO_TIMEOUT, failed);
        });
    }

    /**
     * Tries one address after the other.
     *
     * @param failed gets each that cannot be reached
     */
    private <T> Future<T> connect(
            Supplier<Future<T>> attempt,
            List<InetAddress> addresses,
            Duration timeout,
            Duration lastTimeout,
            List<UnreachableException.Attempt> failed) {
        InetAddress address = addresses.get(0);
        List<InetAddress> others = addresses.subList(1, addresses.size());
        transport.choose(host, address, others.isEmpty() ? lastTimeout : timeout);
        return attempt.get().recover(cause -> {
            if (!(cause instanceof SocketException)) {
                return Future.failedFuture(cause);
            }
            failed.add(new UnreachableException.Attempt(address, cause));
            if (!others.isEmpty()) {
                return connect(attempt, others, timeout, lastTimeout, failed);
            }
            forget();
            return Future.failedFuture(new UnreachableException(failed));
        });
    }

    /** Has the name resolved anew for the next connection, for an address that is no longer the broker's. */
    void forget() {
        transport.forget();
    }
}
