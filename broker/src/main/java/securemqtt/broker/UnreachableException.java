package securemqtt.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** None of the several addresses of a broker accepted a TCP connection. */
public final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<Attempt> attempts;

    /** One address, and why there is no connection to it. */
    public record Attempt(InetAddress address, Throwable cause) {}

    /** @param attempts in the order in which they were made; at least two */
    public UnreachableException(List<Attempt> attempts) {
        super("no address accepts a connection");
        this.attempts = List.copyOf(attempts);
    }

    /** The attempts in the order in which they were made; at least two. */
    List<Attempt> attempts() {
        return attempts;
    }
}
