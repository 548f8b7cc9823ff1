package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DhKeyPairTest {
    private static final DhGroup GROUP = DhGroup.lab();

    @Test
    void aPrivateValueHas384BitsAndIsEven() {
        BigInteger smallest = BigInteger.ONE.shiftLeft(383);
        BigInteger largest = BigInteger.ONE.shiftLeft(384).subtract(BigInteger.TWO);

        assertEquals(
                GROUP.power(smallest),
                DhKeyPair.generate(GROUP, filledWith(0x00)).publicKey().y());
        assertEquals(
                GROUP.power(largest),
                DhKeyPair.generate(GROUP, filledWith(0xFF)).publicKey().y());
    }

    @Test
    void aPublicValueIsAQuadraticResidue() {
        BigInteger y = DhKeyPair.generate(GROUP, new SecureRandom()).publicKey().y();
        BigInteger q = GROUP.p().shiftRight(1);

        assertEquals(BigInteger.ONE, y.modPow(q, GROUP.p()));
    }

    @Test
    void twoGeneratedKeyPairsDiffer() {
        SecureRandom random = new SecureRandom();

        assertNotEquals(
                DhKeyPair.generate(GROUP, random).publicKey(),
                DhKeyPair.generate(GROUP, random).publicKey());
    }

    @Test
    void ourOwnKeySentBackIsRefused() throws Exception {
        DhKeyPair pair = DhKeyPair.generate(GROUP, new SecureRandom());
        DhPublicKey echo = DhPublicKey.parse(GROUP, pair.publicKey().toPem());

        RefusedException e = assertThrows(RefusedException.class, () -> pair.agree(echo));

        assertEquals(Refusal.KEY_OURS, e.refusal());
    }

    @Test
    void aKeyPairForALeadingZeroAgreesOnASecretThatBeginsWithAZeroByte() throws Exception {
        DhKeyPair peer = DhKeyPair.generate(DhGroup.lab(), new SecureRandom());

        DhKeyPair chosen = DhKeyPair.generateForLeadingZero(DhGroup.lab(), peer.publicKey(), new SecureRandom());

        byte[] secret = chosen.sharedSecret(peer.publicKey());
        assertEquals(0, secret[0]);
        assertArrayEquals(secret, peer.sharedSecret(chosen.publicKey()));
    }

    @Test
    void aSharedSecretThatAnybodyCouldGuessIsRefused() {
        // The lab's group has no such public value. Modulo 251, y = 20 has the order 5, and x = 10 is a multiple of
        // 5.
        DhGroup weak = new DhGroup(BigInteger.valueOf(251), BigInteger.valueOf(6));
        DhKeyPair pair = DhKeyPair.ofPrivateValue(weak, BigInteger.TEN);
        DhPublicKey peer = DhPublicKey.of(weak, BigInteger.valueOf(20));

        RefusedException e = assertThrows(RefusedException.class, () -> pair.agree(peer));

        assertEquals(Refusal.KEY_WEAK_SECRET, e.refusal());
    }

    @Test
    void toStringDoesNotShowThePrivateValue() {
        DhKeyPair pair = DhKeyPair.ofPrivateValue(GROUP, BigInteger.valueOf(1234567890));

        assertEquals("DhKeyPair[" + pair.publicKey().fingerprint() + "]", pair.toString());
    }

    @Test
    void aWrittenKeyPairIsReadBackUnchanged() throws Exception {
        DhKeyPair pair = DhKeyPair.generate(GROUP, new SecureRandom());

        DhKeyPair read = DhKeyPair.parse(GROUP, pair.toPem());

        assertEquals(pair.publicKey(), read.publicKey());
        assertArrayEquals(pair.toPem(), read.toPem());
    }

    @Test
    void aKeyPairIsWrittenInLinesOf64ColumnsEndedByLf() {
        String pem = text(DhKeyPair.ofPrivateValue(GROUP, BigInteger.TEN).toPem());

        assertTrue(
                pem.matches("-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/]{64}\n)+[A-Za-z0-9+/]{1,63}=*\n"
                        + "-----END PRIVATE KEY-----\n"),
                pem);
    }

    @Test
    void aPrivateValueAsLongAsPIsReadWithOrWithoutItsLength() throws Exception {
        BigInteger x = GROUP.p().subtract(BigInteger.TWO);
        DhPublicKey expected = DhKeyPair.ofPrivateValue(GROUP, x).publicKey();

        assertEquals(expected, parse(x, GROUP.p(), GROUP.g()).publicKey());
        assertEquals(
                expected,
                parse(x, GROUP.p(), GROUP.g(), BigInteger.valueOf(4095)).publicKey());
    }

    @Test
    void aPrivateValueThatGivesAWeakPublicValueIsRefused() {
        BigInteger p = GROUP.p();
        for (BigInteger x : List.of(
                BigInteger.TEN.negate(),
                BigInteger.ZERO,
                BigInteger.ONE,
                p.shiftRight(1),
                p.subtract(BigInteger.ONE),
                p,
                p.add(BigInteger.TEN))) {
            assertRefused("the private value is outside 2..p-2, or (p-1)/2", () -> parse(x, p, GROUP.g()));
        }
    }

    @Test
    void aKeyOfAnotherGroupOrAlgorithmIsRefused() throws Exception {
        byte[] rsa = new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        new ASN1Integer(10))
                .getEncoded();

        assertRefused(
                "the key belongs to another Diffie-Hellman group",
                () -> parse(BigInteger.TEN, GROUP.p(), BigInteger.valueOf(5)));
        assertRefused(
                "the key belongs to another Diffie-Hellman group",
                () -> parse(BigInteger.TEN, GROUP.p().add(BigInteger.TWO), GROUP.g()));
        assertRefused("the key is not a PKCS#3 Diffie-Hellman key", () -> parse("PRIVATE KEY", rsa));
    }

    @Test
    void eachKindOfInvalidKeyFileIsRefusedWithItsOwnMessage() throws Exception {
        byte[] der = der(BigInteger.TEN, GROUP.p(), GROUP.g());
        String pem = text(Pem.encode("PRIVATE KEY", der));
        String notPkcs8 = "the PEM block is not a plain PrivateKeyInfo (PKCS#8) in DER";
        byte[] versionTwo = der.clone();
        versionTwo[6] = 1;

        assertRefused("there is no PEM block", () -> parse("hello"));
        assertRefused("the PEM block is not labelled PRIVATE KEY", () -> parse("PUBLIC KEY", der));
        assertRefused("the PEM block is not labelled PRIVATE KEY", () -> parse("ENCRYPTED PRIVATE KEY", der));
        assertRefused("the PEM block has no END line", () -> parse(pem.substring(0, pem.indexOf("-----END"))));
        assertRefused("the PEM block is not base64", () -> parse(pem.replaceFirst("\nM", "\n!M")));
        assertRefused(
                "there are bytes after the PrivateKeyInfo",
                () -> parse("PRIVATE KEY", Arrays.copyOf(der, der.length + 1)));
        assertRefused(notPkcs8, () -> parse("PRIVATE KEY", Arrays.copyOf(der, der.length - 1)));
        assertRefused(notPkcs8, () -> parse("PRIVATE KEY", versionTwo));
        assertRefused(notPkcs8, () -> parse("PRIVATE KEY", new byte[0]));
        assertRefused(notPkcs8, () -> parse("PRIVATE KEY", new byte[] {0x30, 0x00}));
    }

    @Test
    void deeplyNestedSequencesAreRefused() {
        ByteArrayOutputStream backwards = new ByteArrayOutputStream();
        while (backwards.size() < 500_000) {
            int length = backwards.size();
            int lengthBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            for (int i = 0; i < lengthBytes; i++) {
                backwards.write(length >> 8 * i);
            }
            if (length == 0) {
                backwards.write(0);
            } else if (length >= 0x80) {
                backwards.write(0x80 + lengthBytes);
            }
            backwards.write(0x30);
        }
        byte[] der = org.bouncycastle.util.Arrays.reverse(backwards.toByteArray());

        assertRefused("the PEM block is not a plain PrivateKeyInfo (PKCS#8) in DER", () -> parse("PRIVATE KEY", der));
    }

    @Test
    void everyChangedByteLeadsToARefusalOrAnotherKey() throws Exception {
        byte[] der = der(BigInteger.TEN, GROUP.p(), GROUP.g());
        DhPublicKey key = DhKeyPair.ofPrivateValue(GROUP, BigInteger.TEN).publicKey();
        for (int i = 0; i < der.length; i++) {
            der[i] ^= 1;
            try {
                assertNotEquals(key, parse("PRIVATE KEY", der).publicKey(), "byte " + i);
            } catch (InvalidKeyException refused) {
                // A refusal is also correct.
            }
            der[i] ^= 1;
        }
    }

    private static void assertRefused(String message, Executable parse) {
        assertEquals(message, assertThrows(InvalidKeyException.class, parse).getMessage());
    }

    private static DhKeyPair parse(BigInteger x, BigInteger... parameters) throws Exception {
        return parse("PRIVATE KEY", der(x, parameters));
    }

    private static DhKeyPair parse(String label, byte[] der) throws InvalidKeyException {
        return DhKeyPair.parse(GROUP, Pem.encode(label, der));
    }

    private static DhKeyPair parse(String pem) throws InvalidKeyException {
        return DhKeyPair.parse(GROUP, pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(BigInteger x, BigInteger... parameters) throws IOException {
        ASN1Integer[] integers = Arrays.stream(parameters).map(ASN1Integer::new).toArray(ASN1Integer[]::new);
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, new DERSequence(integers));
        return new PrivateKeyInfo(algorithm, new ASN1Integer(x)).getEncoded();
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static SecureRandom filledWith(int value) {
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) value);
            }
        };
    }
}
