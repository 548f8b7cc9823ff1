package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExchangeStepsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final SessionKey KEY = SessionKey.ofBytes(new byte[32]);

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void theStepsOfAKeyExchangeAreTheKnownAnswers(Vectors.Exchange exchange) throws Exception {
        byte[] z = exchange.sharedSecret();
        byte[] key = exchange.derivedKey();
        DhPublicKey b = exchange.b().keyPair().publicKey();

        List<String> steps = ExchangeSteps.ofClient(exchange.a().keyPair(), b);

        assertEquals(
                List.of(
                        "step: the client's public value: "
                                + ends(exchange.a().keyPair().publicKey().value()),
                        "step: the responder's public value: " + ends(b.value()),
                        "step: shared secret Z: " + ends(z),
                        "step: HKDF's PRK (salt 00): " + HEX.formatHex(hmac(new byte[1], z)),
                        "step: HKDF's output (info 00): " + HEX.formatHex(key),
                        "step: signing key (first half): " + HEX.formatHex(key, 0, 16),
                        "step: encryption key (second half): " + HEX.formatHex(key, 16, 32)),
                steps.subList(1, steps.size()));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void bothSidesShowTheSameStepsAndTheirOwnPrivateValues(Vectors.Exchange exchange) throws Exception {
        DhKeyPair a = exchange.a().keyPair();
        DhKeyPair b = exchange.b().keyPair();

        List<String> client = ExchangeSteps.ofClient(a, b.publicKey());
        List<String> responder = ExchangeSteps.ofResponder(b, a.publicKey());

        assertEquals(client.subList(1, client.size()), responder.subList(1, responder.size()));
        assertEquals("private: the client's private value: " + whole(a), client.get(0));
        assertEquals("private: the responder's private value: " + whole(b), responder.get(0));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#exchanges")
    void theStepsOfATokenAreTheKnownAnswers(Vectors.Exchange exchange) throws Exception {
        byte[] token = Base64.getUrlDecoder().decode(exchange.token().token());
        byte[] signed = Arrays.copyOf(token, token.length - 32);
        String mac = HEX.formatHex(hmac(Arrays.copyOf(exchange.derivedKey(), 16), signed));

        List<String> steps = ExchangeSteps.ofRequest(
                SessionKey.ofBytes(exchange.derivedKey()), exchange.token().token());

        assertEquals(
                List.of(
                        "step: request token: version 80, time "
                                + exchange.token().time() + ", IV "
                                + HEX.formatHex(exchange.token().iv()) + ", ciphertext " + (signed.length - 25)
                                + " bytes, HMAC " + mac,
                        "step: request HMAC: over the first " + signed.length
                                + " bytes (version, time, IV, ciphertext), SHA-256 of them "
                                + HEX.formatHex(sha256(signed)) + ", gives " + mac + ", as in the token"),
                steps);
    }

    @Test
    void aResponseIsNamedAsSuch() {
        List<String> steps =
                ExchangeSteps.ofResponse(KEY, Vectors.exchanges().get(0).token().token());

        assertTrue(steps.get(0).startsWith("step: response token: version 80, "), steps.toString());
        assertTrue(steps.get(1).startsWith("step: response HMAC: over the first "), steps.toString());
    }

    @Test
    void theHmacOfATokenWithAnotherVersionAndLengthIsShownToo() {
        byte[] token = new byte[57 + 7];
        token[0] = (byte) 0x81;

        List<String> steps = ExchangeSteps.ofRequest(KEY, Base64.getUrlEncoder().encode(token));

        assertTrue(steps.get(0).startsWith("step: request token: version 81, time 0, "), steps.toString());
        assertTrue(steps.get(0).contains(", ciphertext 7 bytes, "), steps.toString());
        assertTrue(steps.get(1).startsWith("step: request HMAC: over the first 32 bytes "), steps.toString());
        assertTrue(steps.get(1).endsWith(", not as in the token"), steps.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Grüße | it stops being base64url at byte 3 of 7, hexadecimal c3",
                "gAAA AAA | it stops being base64url at byte 5 of 8, hexadecimal 20",
                "gAA+ | it stops being base64url at byte 4 of 4, hexadecimal 2b (+)",
                "b'gAAA' | it stops being base64url at byte 2 of 7, hexadecimal 27 (')",
                "gAAA= | it stops being base64url at byte 5 of 5, hexadecimal 3d (=)",
                "gA=A | it stops being base64url at byte 4 of 4, hexadecimal 41 (A)",
                "gB== | it stops being base64url at byte 2 of 4, hexadecimal 42 (B)",
                "gAB= | it stops being base64url at byte 3 of 4, hexadecimal 42 (B)",
                "gA | its base64url ends too early, after 2 bytes",
                "gAAAg | its base64url ends too early, after 5 bytes",
                "'' | its 0 bytes end before the end of the version",
                "gA== | its 1 bytes end before the end of the time",
                "gAAAAAAAAAAA | its 9 bytes end before the end of the IV",
                "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | its 27 bytes end before the end of the HMAC",
            })
    void theLineTellsWhereAMessageStopsBeingAToken(String token, String reason) {
        List<String> steps = ExchangeSteps.ofRequest(KEY, token.getBytes(StandardCharsets.UTF_8));

        assertEquals(1, steps.size());
        assertEquals(
                "step: request token: no token, because " + reason,
                steps.get(0).replaceAll(" \\(version 1, time 8, .*", ""));
    }

    @ParameterizedTest
    @MethodSource("securemqtt.protocol.Vectors#tokens")
    void everyTokenOfTheCodecIsAToken(Vectors.Case token) {
        boolean shown = ExchangeSteps.ofRequest(KEY, token.input()).size() == 2;

        assertTrue(shown || !token.accept());
    }

    @Test
    void aSharedSecretThatAnybodyCanGuessIsRefused() {
        DhKeyPair own = Vectors.exchanges().get(0).a().keyPair();

        assertEquals(
                Refusal.KEY_OURS,
                assertThrows(RefusedException.class, () -> ExchangeSteps.ofClient(own, own.publicKey()))
                        .refusal());
    }

    @Test
    void aDestroyedKeyShowsNothing() {
        SessionKey destroyed = SessionKey.ofBytes(new byte[32]);
        destroyed.destroy();
        byte[] token = Vectors.exchanges().get(0).token().token();

        assertThrows(IllegalStateException.class, () -> ExchangeSteps.ofRequest(destroyed, token));
        assertFalse(destroyed.toString().contains("00"));
    }

    private static String whole(DhKeyPair keyPair) {
        byte[] x = keyPair.privateValue();
        return x.length + " bytes, " + HEX.formatHex(x);
    }

    private static String ends(byte[] value) throws Exception {
        String hex = HEX.formatHex(value);
        return "512 bytes, first 8 " + hex.substring(0, 16) + ", last 8 " + hex.substring(1008) + ", SHA-256 "
                + HEX.formatHex(sha256(value));
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }
}
