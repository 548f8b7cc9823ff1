package securemqtt.responder.diagnosis;

import java.util.Arrays;

/** The part of the session key that signs or encrypts. */
enum KeyPart {
    FIRST_HALF(0, 16),
    SECOND_HALF(16, 32),
    WHOLE(0, 32);

    private final int from;
    private final int to;

    KeyPart(int from, int to) {
        this.from = from;
        this.to = to;
    }

    byte[] of(byte[] key) {
        return Arrays.copyOfRange(key, from, to);
    }
}
