package securemqtt.protocol;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;

/**
 * What a public key in PEM consists of, for people. It is read as far as its structure is that of a
 * SubjectPublicKeyInfo (RFC 5280, section 4.1), whether or not the exchange accepts it.
 *
 * @param algorithm the name of the algorithm, such as "Diffie-Hellman (PKCS#3)"
 * @param group the name of a Diffie-Hellman key's group; empty if the key has no group that can be read
 * @param bits the length of a Diffie-Hellman key's prime or of an RSA key's modulus; empty if the key has neither
 * @param fingerprint as {@link DhPublicKey#fingerprint}
 */
public record PublicKeyParts(String algorithm, Optional<String> group, OptionalInt bits, String fingerprint) {
    private static final String PKCS3 = "2a864886f70d010301";
    private static final String X942 = "2a8648ce3e0201";
    private static final String RSA = "2a864886f70d010101";

    /** The names of algorithms by the content bytes of their object identifiers. */
    private static final Map<String, String> ALGORITHMS = Map.of(
            PKCS3,
            "Diffie-Hellman (PKCS#3)",
            X942,
            "Diffie-Hellman (X9.42)",
            RSA,
            "RSA",
            "2a8648ce3d0201",
            "elliptic curve",
            "2b656e",
            "X25519",
            "2b656f",
            "X448",
            "2b6570",
            "Ed25519",
            "2b6571",
            "Ed448",
            "2a8648ce380401",
            "DSA");

    private static final Map<BigInteger, String> GROUPS = groups();

    private static Map<BigInteger, String> groups() {
        Map<BigInteger, String> groups = new LinkedHashMap<>();
        add(groups, "ffdhe2048 (RFC 7919)", DHStandardGroups.rfc7919_ffdhe2048);
        add(groups, "ffdhe3072 (RFC 7919)", DHStandardGroups.rfc7919_ffdhe3072);
        add(groups, "ffdhe4096 (RFC 7919)", DHStandardGroups.rfc7919_ffdhe4096);
        add(groups, "ffdhe6144 (RFC 7919)", DHStandardGroups.rfc7919_ffdhe6144);
        add(groups, "ffdhe8192 (RFC 7919)", DHStandardGroups.rfc7919_ffdhe8192);
        add(groups, "1024-bit MODP group (RFC 2409)", DHStandardGroups.rfc2409_1024);
        add(groups, "1536-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_1536);
        add(groups, "2048-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_2048);
        add(groups, "3072-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_3072);
        add(groups, "4096-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_4096);
        add(groups, "6144-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_6144);
        add(groups, "8192-bit MODP group (RFC 3526)", DHStandardGroups.rfc3526_8192);
        return groups;
    }

    private static void add(Map<BigInteger, String> groups, String name, DHParameters parameters) {
        groups.put(parameters.getP(), name);
    }

    /**
     * Takes a key apart.
     *
     * @param pem a message as received, of any form; only the first PEM block in it is read
     * @return empty if there is no PEM block with the label PUBLIC KEY, or it is not a SubjectPublicKeyInfo
     */
    public static Optional<PublicKeyParts> of(byte[] pem) {
        try {
            byte[] der = Pem.decode(DhPublicKey.LABEL, pem);
            DerReader info = new DerReader(der).next(DerReader.SEQUENCE);
            DerReader algorithm = info.next(DerReader.SEQUENCE);
            String id = HexFormat.of()
                    .formatHex(algorithm.next(DerReader.OBJECT_IDENTIFIER).rest());
            Optional<String> group = Optional.empty();
            OptionalInt bits = OptionalInt.empty();
            if (id.equals(PKCS3) || id.equals(X942)) {
                DerReader parameters = algorithm.next(DerReader.SEQUENCE);
                BigInteger p = parameters.nextInteger();
                group = Optional.of(group(p, parameters.nextInteger()));
                bits = OptionalInt.of(p.bitLength());
            } else if (id.equals(RSA)) {
                bits = OptionalInt.of(
                        info.nextBytes().next(DerReader.SEQUENCE).nextInteger().bitLength());
            }
            return Optional.of(new PublicKeyParts(
                    ALGORITHMS.getOrDefault(id, "unknown, object identifier " + id + " in hexadecimal"),
                    group,
                    bits,
                    DhPublicKey.fingerprint(der)));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    private static String group(BigInteger p, BigInteger g) {
        DhGroup lab = DhGroup.lab();
        if (p.equals(lab.p())) {
            return g.equals(lab.g()) ? "the lab's" : "the lab's prime with another generator";
        }
        return GROUPS.getOrDefault(p, "an unknown group");
    }
}
