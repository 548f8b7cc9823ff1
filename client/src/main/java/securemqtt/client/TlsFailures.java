package securemqtt.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

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
        if (!has(cause, SSLException.class)) {
            return Optional.empty();
        }
        if (has(cause, CertificateExpiredException.class)) {
            return failure(broker + " showed a certificate that has expired", "ask the broker's operator to renew it");
        }
        if (has(cause, CertificateNotYetValidException.class)) {
            return failure(
                    broker + " showed a certificate that is not valid yet",
                    "check that this computer's clock is right");
        }
        if (has(cause, CertPathBuilderException.class)) {
            return failure(
                    broker + " showed a certificate that no trusted authority has signed",
                    "name the file with its authority's certificate with --cafile");
        }
        // Java's check of the host name throws this class itself, not a subclass.
        if (causes(cause).anyMatch(e -> e.getClass() == CertificateException.class)) {
            return failure(
                    broker + " showed a certificate for another host",
                    "check that -h is the name that the certificate is made out to");
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

    private static boolean has(Throwable throwable, Class<? extends Throwable> type) {
        return causes(throwable).anyMatch(type::isInstance);
    }

    private static Throwable root(Throwable throwable) {
        return causes(throwable).reduce(throwable, (outer, inner) -> inner);
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
