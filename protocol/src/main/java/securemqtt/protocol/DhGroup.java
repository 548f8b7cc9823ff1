package securemqtt.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import org.bouncycastle.asn1.pkcs.DHParameter;

/**
 * A Diffie-Hellman group: the numbers that both sides know beforehand. They are not secret.
 *
 * <p>The order of g is not recorded. It is p-1 for the lab's group, so that honest public values are quadratic residues
 * or not, and a check against a subgroup of order (p-1)/2 would refuse half of them.
 *
 * @param p the prime modulus; a multiple of 8 bits long
 * @param g the generator, in 2..p-2
 */
public record DhGroup(BigInteger p, BigInteger g) {
    private static final String FILE = "dhparam4096.pem";

    /** @throws IllegalArgumentException if p and g cannot be the numbers of such a group */
    public DhGroup {
        if (p.signum() <= 0 || p.bitLength() % 8 != 0 || !p.testBit(0)) {
            throw new IllegalArgumentException("p must be odd and a whole number of bytes long");
        }
        if (!inRange(g, p)) {
            throw new IllegalArgumentException("g must be in 2..p-2");
        }
    }

    /** The lab's group of 4096 bits, as packed into the build from {@code dhparam4096.pem}. */
    public static DhGroup lab() {
        return Lab.GROUP;
    }

    /** The length of p, and so of every shared secret, in bytes. */
    public int byteLength() {
        return p.bitLength() / 8;
    }

    /** Whether y can be an honest public value: in 2..p-2. The others give the secrets 0, 1 and p-1 away. */
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
