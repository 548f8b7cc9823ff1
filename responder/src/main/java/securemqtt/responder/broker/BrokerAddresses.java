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

/** The addresses of a broker's host name, tried in the order in which the name resolves to them. */
final class BrokerAddresses {
    /**
     * How long each of several addresses may take to accept a TCP connection. A round trip around the world takes
     * less.
     */
    private static final Duration FIRST_TIMEOUT = Duration.ofMillis(500);
    /** The timeout of the second try, if no address accepted a connection. It gives TCP time to retransmit. */
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(2);
    /** Longer than the connection's own timeout, which then applies. */
    private static final Duration NO_TIMEOUT = Duration.ofHours(1);

    private final AddressTransport transport;
    private final String host;
    private final int port;

    /**
     * @param vertx an instance whose transport is {@link AddressTransport}
     * @param host a host name, or a numeric address
     */
    BrokerAddresses(Vertx vertx, String host, int port) {
        this.transport = (AddressTransport) ((VertxInternal) vertx).transport();
        this.host = host;
        this.port = port;
    }

    /**
     * The timeout, in milliseconds, for a connection that is made without {@link #connect}.
     *
     * @param alone the timeout if the name has one address or none
     */
    int connectTimeout(int alone) {
        try {
            return InetAddress.getAllByName(host).length > 1 ? (int) RETRY_TIMEOUT.toMillis() : alone;
        } catch (UnknownHostException e) {
            return alone;
        }
    }

    /**
     * Connects to the first address that accepts a TCP connection. Later connections to the same name use that
     * address, until {@link #forget}. Resolves the name on the calling thread, as Vert.x itself does.
     *
     * @param attempt starts a connection to the name
     * @return the result of the first attempt that TCP accepts. It fails with {@link UnknownHostException} if the
     *     name has no address, with {@link UnreachableException} if none of several addresses can be reached, and
     *     otherwise with the cause of the attempt
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
     * @param lastTimeout the timeout for the last address
     * @param failed collects the attempts that failed
     */
    private <T> Future<T> connect(
            Supplier<Future<T>> attempt,
            List<InetAddress> addresses,
            Duration timeout,
            Duration lastTimeout,
            List<UnreachableException.Attempt> failed) {
        InetAddress address = addresses.get(0);
        List<InetAddress> others = addresses.subList(1, addresses.size());
        transport.choose(host, port, address, others.isEmpty() ? lastTimeout : timeout);
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

    /** Resolves the name again for the next connection, in case the broker has a new address. */
    void forget() {
        transport.forget();
    }
}
