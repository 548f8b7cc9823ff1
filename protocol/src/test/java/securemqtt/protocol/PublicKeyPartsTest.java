package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.pkcs.DHParameter;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyPartsTest {
    @Test
    void aKeyOfTheLabHasItsFingerprint() {
        DhPublicKey key = DhKeyPair.generate(DhGroup.lab(), new SecureRandom()).publicKey();

        PublicKeyParts parts = PublicKeyParts.of(key.toPem()).orElseThrow();

        assertEquals(
                new PublicKeyParts(
                        "Diffie-Hellman (PKCS#3)", Optional.of("the lab's"), OptionalInt.of(4096), key.fingerprint()),
                parts);
    }

    @ParameterizedTest
    @CsvSource({
        "other-g, Diffie-Hellman (PKCS#3), the lab's prime with another generator",
        "other-p, Diffie-Hellman (PKCS#3), an unknown group",
        "x942, Diffie-Hellman (X9.42), the lab's",
    })
    void aRefusedKeyIsReadAsWell(String name, String algorithm, String group) {
        PublicKeyParts parts = PublicKeyParts.of(Vectors.publicKey(name)).orElseThrow();

        assertEquals(algorithm, parts.algorithm());
        assertEquals(Optional.of(group), parts.group());
    }

    @Test
    void aStandardGroupIsNamed() throws Exception {
        DHParameter parameters =
                new DHParameter(DHStandardGroups.rfc3526_2048.getP(), DHStandardGroups.rfc3526_2048.getG(), 0);
        byte[] der = new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, parameters), new ASN1Integer(5))
                .getEncoded();

        PublicKeyParts parts = PublicKeyParts.of(pem(der)).orElseThrow();

        assertEquals(Optional.of("2048-bit MODP group (RFC 3526)"), parts.group());
        assertEquals(OptionalInt.of(2048), parts.bits());
    }

    @ParameterizedTest
    @CsvSource({"RSA, RSA, 2048", "EC, elliptic curve, ", "X25519, X25519, ", "Ed25519, Ed25519, "})
    void keysOfOtherAlgorithmsAreNamed(String javaName, String algorithm, Integer bits)
            throws GeneralSecurityException {
        byte[] der = KeyPairGenerator.getInstance(javaName)
                .generateKeyPair()
                .getPublic()
                .getEncoded();

        PublicKeyParts parts = PublicKeyParts.of(pem(der)).orElseThrow();

        assertEquals(algorithm, parts.algorithm());
        assertEquals(bits == null ? OptionalInt.empty() : OptionalInt.of(bits), parts.bits());
        assertEquals(Optional.empty(), parts.group());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"})
    void anotherMessageHasNoParts(String message) {
        assertEquals(Optional.empty(), PublicKeyParts.of(message.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] pem(byte[] der) {
        return ("-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(der)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
