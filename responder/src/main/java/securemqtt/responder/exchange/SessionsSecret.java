package securemqtt.responder.exchange;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import securemqtt.broker.OptionFile;
import securemqtt.broker.UnusableFileException;

/**
 * The secret with which all responders that share a Redis encrypt their sessions: 32 bytes. Its file contains them in base64 (RFC 4648,
 * section 4) in one line, and only its owner may read it.
 */
public final class SessionsSecret {
    public static final String OPTION = "--sessions-secret-file";
    public static final String NEW_OPTION = "--new-sessions-secret";

    private static final int LENGTH = 32;
    /** In bytes: the base64, and a line end of one or two bytes. */
    private static final int MAX_FILE_LENGTH = 46;

    private final byte[] bytes;

    SessionsSecret(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a secret has " + LENGTH + " bytes");
        }
        this.bytes = bytes.clone();
    }

    /**
     * Makes a secret and writes it to a new file, which others can never read.
     *
     * @param file must not exist yet
     * @throws IllegalArgumentException with a message for the user, if the file exists or cannot be written
     */
    public static void create(Path file, SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        byte[] line = Arrays.copyOf(Base64.getEncoder().encode(bytes), MAX_FILE_LENGTH - 1);
        line[line.length - 1] = '\n';
        try {
            PrivateFile.create(new OptionFile(NEW_OPTION, file), line);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(line, (byte) 0);
        }
    }

    /**
     * Reads the secret from its file.
     *
     * @throws UnusableFileException if the file cannot be read
     * @throws IllegalArgumentException with a message for the user, if the file contains no secret, or others can read
     *     or change it
     */
    public static SessionsSecret read(Path path) throws UnusableFileException {
        OptionFile file = new OptionFile(OPTION, path);
        byte[] content = file.read(MAX_FILE_LENGTH);
        try {
            PrivateFile.checkMode(file);
            return parse(content)
                    .orElseThrow(() -> new IllegalArgumentException(file + " is not " + LENGTH + " bytes in base64; "
                            + NEW_OPTION + " FILE makes such a file"));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static Optional<SessionsSecret> parse(byte[] content) {
        byte[] bytes = new byte[0];
        try {
            bytes = Base64.getDecoder().decode(new String(content, StandardCharsets.ISO_8859_1).strip());
            return bytes.length == LENGTH ? Optional.of(new SessionsSecret(bytes)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes the secret.
            return Optional.empty();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** A copy of the secret, which the caller wipes. */
    byte[] copy() {
        return bytes.clone();
    }

    /**
     * Identifies the secret without revealing it: half of the SHA-256 of a label and the secret, as 32
     * lower-case hex digits.
     */
    public String fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("secure-mqtt sessions' secret".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(bytes), LENGTH / 2));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SessionsSecret[not shown]";
    }
}
