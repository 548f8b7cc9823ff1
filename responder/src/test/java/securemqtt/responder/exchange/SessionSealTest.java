package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;

class SessionSealTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final DhKeyPair CLIENT = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair OURS = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private final SessionSeal seal = sealOf((byte) 1);

    @Test
    void anOpenedSessionAnswersAsTheSealedOneDid() throws Exception {
        Session opened = seal.open(NET_ID, sealed(), false).orElseThrow();
        Fernet client = new Fernet(CLIENT.agree(OURS.publicKey()), InstantSource.system(), RANDOM);

        byte[] answer = opened.answer(client.encrypt(bytes("text")), text -> text);

        assertArrayEquals(bytes("text"), client.decrypt(answer));
        assertEquals(CLIENT.publicKey(), opened.clientKey());
        assertEquals(OURS.publicKey().fingerprint(), opened.ownKey().fingerprint());
    }

    @Test
    void theSharedSecretIsThereForDiagnosisOnly() throws Exception {
        assertTrue(
                seal.open(NET_ID, sealed(), true).orElseThrow().agreedValues().isPresent());
        assertTrue(
                seal.open(NET_ID, sealed(), false).orElseThrow().agreedValues().isEmpty());
    }

    @Test
    void aSessionOpensForItsOwnNetIdOnly() throws Exception {
        assertEquals(Optional.empty(), seal.open(new NetId("le0nh4r"), sealed(), false));
    }

    @Test
    void aSessionOpensUnderItsOwnIdentifierOnly() throws Exception {
        SealedSession moved = new SealedSession("0".repeat(64), sealed().sealed());

        assertEquals(Optional.empty(), seal.open(NET_ID, moved, false));
    }

    @Test
    void aSessionOpensWithItsSecretOnly() throws Exception {
        assertEquals(Optional.empty(), sealOf((byte) 2).open(NET_ID, sealed(), false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 12, 600, 1100, 1563})
    void aChangedByteIsNoticed(int index) throws Exception {
        SealedSession sealed = sealed();

        sealed.sealed()[index] ^= 1;

        assertEquals(Optional.empty(), seal.open(NET_ID, sealed, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 28, 1563})
    void whatIsTooShortIsNoSession(int length) {
        assertEquals(Optional.empty(), seal.open(NET_ID, new SealedSession("0", new byte[length]), false));
    }

    @Test
    void nothingOfASessionCanBeReadInItsSeal() throws Exception {
        String sealed = new String(sealed().sealed(), StandardCharsets.ISO_8859_1);

        assertEquals(12 + 3 * 512 + 16, sealed.length());
        assertTrue(!sealed.contains(new String(OURS.publicKey().value(), 0, 8, StandardCharsets.ISO_8859_1)));
        assertNotEquals(sealed, new String(sealed().sealed(), StandardCharsets.ISO_8859_1), "each has a new nonce");
    }

    private SealedSession sealed() throws Exception {
        return seal.seal(NET_ID, Session.open(CLIENT.publicKey(), OURS, InstantSource.system(), RANDOM, true));
    }

    private static SessionSeal sealOf(byte secret) {
        byte[] bytes = new byte[32];
        bytes[31] = secret;
        return new SessionSeal(new SessionsSecret(bytes), InstantSource.system(), RANDOM);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
