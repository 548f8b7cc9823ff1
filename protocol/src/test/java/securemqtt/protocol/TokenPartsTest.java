package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenPartsTest {
    @Test
    void thePartsOfATokenAreItsBytesInOrder() {
        byte[] bytes = new byte[1 + 8 + 16 + 16 + 32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        bytes[0] = (byte) 0x80;

        TokenParts parts = TokenParts.of(Base64.getUrlEncoder().encode(bytes)).orElseThrow();

        assertEquals(
                new TokenParts(
                        0x80,
                        0x0102030405060708L,
                        "090a0b0c0d0e0f101112131415161718",
                        "191a1b1c1d1e1f202122232425262728",
                        "292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748"),
                parts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "one-byte", "garbage-inside", "newline-after"})
    void anotherMessageHasNoParts(String name) {
        assertEquals(Optional.empty(), TokenParts.of(Vectors.token(name)));
    }
}
