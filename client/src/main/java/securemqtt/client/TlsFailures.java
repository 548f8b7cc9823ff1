package securemqtt.client;

import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import securemqtt.broker.CertificateProblem;

/** Explains to the user why a TLS connection failed. */
final class TlsFailures {
    private TlsFailures() {}

    /**
     * Explains {@code cause} if it comes from TLS.
     *
     * @param broker host and port, as the user reads them
     * @return empty if the connection failed for another reason
     */
    static Optional<Failure> explain(Throwable cause, String broker) {
        if (causes(cause).noneMatch(SSLException.class::isInstance)) {
            return Optional.empty();
        }
        Optional<CertificateProblem> problem = CertificateProblem.of(cause);
        if (problem.isPresent()) {
            return failure(broker + " showed a certificate " + problem.get().clause(), hint(problem.get()));
        }
        String detail = root(cause).getMessage();
        if (detail != null && detail.contains("certificate_required")) {
            return failure(
                    broker + " asks for a client certificate, which this client does not support",
                    "ask the broker's operator for a user name and password");
        }
        return failure(
                "the TLS handshake with " + broker + " failed" + (detail == null ? "" : ": " + detail),
                "check that -p is the broker's TLS port");
    }

    private static Optional<Failure> failure(String problem, String hint) {
        return Optional.of(new Failure(ExitCode.BROKER_UNREACHABLE, "connecting to the broker: " + problem, hint));
    }

    private static String hint(CertificateProblem problem) {
        return switch (problem) {
            case EXPIRED -> "ask the broker's operator to renew it";
            case NOT_YET_VALID -> "check that this computer's clock is right";
            case UNTRUSTED -> "name the file with its authority's certificate with --cafile";
            case OTHER_HOST -> "check that -h is the name that the certificate is made out to";
        };
    }

    private static Throwable root(Throwable throwable) {
        return causes(throwable).reduce(throwable, (outer, inner) -> inner);
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
