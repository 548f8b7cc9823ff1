package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import securemqtt.broker.ConnectFailure.Kind;
import securemqtt.broker.UnreachableException.Attempt;

class ConnectFailureTest {
    private static final Exception REFUSED = new ConnectException("Connection refused: broker/10.0.0.1:1884");
    private static final Exception TIMEOUT = new SocketTimeoutException("Connect timed out");

    @Test
    void theProblemNamesAnUnknownHost() throws IOException {
        assertFailure(Kind.UNKNOWN_HOST, "unknown host broker", new UnknownHostException("broker: unknown"));
    }

    @Test
    void theProblemNamesTheHostAsTheUserWroteIt() throws IOException {
        assertFailure(Kind.REFUSED, "nothing listens at broker:1884", REFUSED);
        assertFailure(Kind.NO_ANSWER, "broker:1884 does not answer", TIMEOUT);
        // The messages of Netty and of the kernel.
        assertFailure(
                Kind.NO_ANSWER,
                "broker:1884 does not answer",
                new ConnectException("connection timed out: broker/10.0.0.1:1884"));
        assertFailure(Kind.NO_ANSWER, "broker:1884 does not answer", new ConnectException("Connection timed out"));
        assertFailure(
                Kind.NO_ROUTE,
                "no route to broker:1884 from this computer",
                new NoRouteToHostException("No route to host"));
        assertFailure(
                Kind.NO_ROUTE,
                "no route to broker:1884 from this computer",
                new ConnectException("Network is unreachable"));
    }

    @Test
    void addressesWithTheSameProblemAreListed() throws IOException {
        assertFailure(
                Kind.REFUSED,
                "nothing listens at broker:1884 (tried 10.0.0.1, 2001:db8::2)",
                several(REFUSED, REFUSED));
    }

    @Test
    void addressesWithDifferentProblemsAreEachExplained() throws IOException {
        assertFailure(
                Kind.NO_ANSWER,
                "broker:1884 cannot be reached: nothing listens at 10.0.0.1, 2001:db8::2 does not answer",
                several(REFUSED, TIMEOUT));
    }

    @Test
    void aFailureAfterTcpIsNotAConnectFailure() {
        assertEquals(Optional.empty(), ConnectFailure.of(new IOException("closed"), "broker", 1884));
    }

    @Test
    void anIpv6AddressGetsBrackets() {
        assertEquals("[::1]:1884", ConnectFailure.at("::1", 1884));
    }

    private static void assertFailure(Kind kind, String problem, Exception cause) {
        assertEquals(Optional.of(new ConnectFailure(kind, problem)), ConnectFailure.of(cause, "broker", 1884));
    }

    private static UnreachableException several(Exception first, Exception second) throws UnknownHostException {
        return new UnreachableException(List.of(
                new Attempt(InetAddress.getByName("10.0.0.1"), first),
                new Attempt(InetAddress.getByName("2001:db8::2"), second)));
    }
}
