package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks all known answers of vectors.json. */
class VectorsTest {
    @Test
    void everyVectorInTheFileIsRead() {
        assertEquals(6, Vectors.exchanges().size());
        assertEquals(14, Vectors.publicKeys().size());
        assertEquals(27, Vectors.tokens().size());
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void publicKeysAreWrittenAsInTheVectors(Vectors.Exchange exchange) {
        assertEquals(exchange.a().pem(), pem(exchange.a().keyPair()));
        assertEquals(exchange.b().pem(), pem(exchange.b().keyPair()));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void bothSidesGetTheSameSharedSecretOf512BytesAndTheSameSessionKey(Vectors.Exchange exchange) throws Exception {
        DhPublicKey a = parse(exchange.a().pem());
        DhPublicKey b = parse(exchange.b().pem());

        byte[] secretOfA = exchange.a().keyPair().sharedSecret(b);
        byte[] secretOfB = exchange.b().keyPair().sharedSecret(a);

        assertEquals(512, secretOfA.length);
        assertArrayEquals(exchange.sharedSecret(), secretOfA);
        assertArrayEquals(exchange.sharedSecret(), secretOfB);
        for (int i = 0; i < exchange.leadingZeroBytes(); i++) {
            assertEquals(0, secretOfA[i]);
        }
        assertKey(exchange.derivedKey(), exchange.a().keyPair().agree(b));
        assertKey(exchange.derivedKey(), exchange.b().keyPair().agree(a));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void theSessionKeyMakesAndDecryptsTheToken(Vectors.Exchange exchange) throws Exception {
        Vectors.Token token = exchange.token();
        Fernet fernet = fernet(exchange.a().keyPair().agree(parse(exchange.b().pem())));

        assertArrayEquals(token.token(), fernet.encrypt(token.plaintext(), token.time(), token.iv()));
        assertArrayEquals(token.plaintext(), fernet.decrypt(token.token()));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#publicKeys")
    void publicKeysAreAcceptedOrRefusedAsInTheVectors(Vectors.Case key) throws Exception {
        if (key.accept()) {
            DhPublicKey.parse(DhGroup.lab(), key.input());
        } else {
            assertThrows(RefusedException.class, () -> DhPublicKey.parse(DhGroup.lab(), key.input()));
        }
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#tokens")
    void tokensAreAcceptedOrRefusedAsInTheVectors(Vectors.Case token) throws Exception {
        Fernet fernet = fernet(Vectors.tokensKey());
        if (token.accept()) {
            fernet.decrypt(token.input());
        } else {
            assertThrows(RefusedException.class, () -> fernet.decrypt(token.input()));
        }
    }

    private static void assertKey(byte[] expected, SessionKey actual) {
        byte[] bytes = new byte[32];
        System.arraycopy(actual.signingKey().getKey(), 0, bytes, 0, 16);
        System.arraycopy(actual.encryptionKey().getKey(), 0, bytes, 16, 16);
        assertArrayEquals(expected, bytes);
    }

    private static DhPublicKey parse(String pem) throws RefusedException {
        return DhPublicKey.parse(DhGroup.lab(), pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(DhKeyPair keyPair) {
        return new String(keyPair.publicKey().toPem(), StandardCharsets.US_ASCII);
    }

    private static Fernet fernet(SessionKey key) {
        return new Fernet(key, InstantSource.system(), new SecureRandom());
    }
}
