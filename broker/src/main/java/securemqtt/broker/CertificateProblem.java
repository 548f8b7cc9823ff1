package securemqtt.broker;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;

/** Explains to the user why Java did not accept a server's certificate. */
public final class CertificateProblem {
    private CertificateProblem() {}

    /**
     * What is wrong with the certificate: a clause that follows "a certificate". Empty if the exception has another cause.
     *
     * @param cause of the failed TLS handshake
     */
    public static Optional<String> of(Throwable cause) {
        if (has(cause, CertificateExpiredException.class)) {
            return Optional.of("that has expired");
        }
        if (has(cause, CertificateNotYetValidException.class)) {
            return Optional.of("that is not valid yet");
        }
        if (has(cause, CertPathBuilderException.class)) {
            return Optional.of("that no trusted authority has signed");
        }
        // A wrong host name has no exception type of its own.
        return causes(cause).anyMatch(e -> e.getClass() == CertificateException.class)
                ? Optional.of("for another host")
                : Optional.empty();
    }

    private static boolean has(Throwable throwable, Class<? extends Throwable> type) {
        return causes(throwable).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
