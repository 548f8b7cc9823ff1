package securemqtt.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import org.bouncycastle.asn1.pkcs.DHParameter;

/**
 * A Diffie-Hellman group: the public parameters p and g, which both sides know in advance.
 *
 * <p>The group has no field for the order of g, so nothing can check public values against it. In the lab's group the
 * order is p-1, and only half of all honest public values are quadratic residues. A check against a subgroup of order
 * (p-1)/2 would refuse the other half.
 *
 * @param p the prime modulus; its length is a multiple of 8 bits
 * @param g the generator, in 2..p-2
 */
public record DhGroup(BigInteger p, BigInteger g) {
    private static final String FILE = "dhparam4096.pem";

    /** @throws IllegalArgumentException if p is not odd and a whole number of bytes long, or g is outside 2..p-2 */
    public DhGroup {
        if (p.signum() <= 0 || p.bitLength() % 8 != 0 || !p.testBit(0)) {
            throw new IllegalArgumentException("p must be odd and a whole number of bytes long");
        }
        if (!inRange(g, p)) {
            throw new IllegalArgumentException("g must be in 2..p-2");
        }
    }

    /** The lab's group of 4096 bits. The build packs its file {@code dhparam4096.pem} into the jar. */
    public static DhGroup lab() {
        return Lab.GROUP;
    }

    /** The length of p in bytes, which is also the length of every shared secret. */
    public int byteLength() {
        return p.bitLength() / 8;
    }

    /** Whether y is a valid public value: in 2..p-2. Other values lead to the shared secrets 0, 1 and p-1. */
    boolean contains(BigInteger y) {
        return inRange(y, p);
    }

    /** g to the power of x, modulo p. */
    BigInteger power(BigInteger x) {
        return g.modPow(x, p);
    }

    private static boolean inRange(BigInteger y, BigInteger p) {
        return y.compareTo(BigInteger.TWO) >= 0 && y.compareTo(p.subtract(BigInteger.TWO)) <= 0;
    }

    private static final class Lab {
        static final DhGroup GROUP = read();

        private static DhGroup read() {
            try (InputStream in = DhGroup.class.getResourceAsStream(FILE)) {
                if (in == null) {
                    throw new IllegalStateException(FILE + " is not packed into this build");
                }
                DHParameter parameters = DHParameter.getInstance(Pem.decode("DH PARAMETERS", in.readAllBytes()));
                return new DhGroup(parameters.getP(), parameters.getG());
            } catch (IOException | RefusedException | IllegalArgumentException e) {
                throw new IllegalStateException(FILE + " in this build cannot be read", e);
            }
        }
    }
}
