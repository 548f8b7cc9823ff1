package securemqtt.broker;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;

/** Why Java did not accept a server's certificate. */
public enum CertificateProblem {
    EXPIRED("that has expired"),
    NOT_YET_VALID("that is not valid yet"),
    UNTRUSTED("that no trusted authority has signed"),
    OTHER_HOST("for another host");

    private final String clause;

    CertificateProblem(String clause) {
        this.clause = clause;
    }

    /** The problem in words, to follow "a certificate". */
    public String clause() {
        return clause;
    }

    /**
     * Finds the problem with the certificate; empty if the exception has another cause.
     *
     * @param cause of the failed TLS handshake
     */
    public static Optional<CertificateProblem> of(Throwable cause) {
        if (has(cause, CertificateExpiredException.class)) {
            return Optional.of(EXPIRED);
        }
        if (has(cause, CertificateNotYetValidException.class)) {
            return Optional.of(NOT_YET_VALID);
        }
        if (has(cause, CertPathBuilderException.class)) {
            return Optional.of(UNTRUSTED);
        }
        // Java's check of the host name throws this class itself, not a subclass.
        return causes(cause).anyMatch(e -> e.getClass() == CertificateException.class)
                ? Optional.of(OTHER_HOST)
                : Optional.empty();
    }

    private static boolean has(Throwable throwable, Class<? extends Throwable> type) {
        return causes(throwable).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
