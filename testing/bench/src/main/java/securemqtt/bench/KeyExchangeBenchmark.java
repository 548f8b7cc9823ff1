package securemqtt.bench;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.DHParameterSpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

/** One side's part of a key exchange in the lab's group, with private values of 384 bits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KeyExchangeBenchmark {
    private static final int PRIVATE_VALUE_BITS = 384;

    private final DhGroup group = DhGroup.lab();
    private final SecureRandom random = new SecureRandom();
    private final BigInteger exponent = new BigInteger(PRIVATE_VALUE_BITS, random).setBit(PRIVATE_VALUE_BITS - 1);
    /** A base as long as p: g = 2 would make the exponentiation faster. */
    private final BigInteger base = group.g().modPow(exponent.add(BigInteger.TWO), group.p());

    private final DhKeyPair own = DhKeyPair.generate(group, random);
    private final DhPublicKey peer = DhKeyPair.generate(group, random).publicKey();
    private final byte[] peerPem = peer.toPem();

    private KeyPairGenerator generator;
    private KeyPair jdkOwn;
    private KeyPair jdkPeer;

    @Setup
    public void setUp() throws GeneralSecurityException {
        generator = KeyPairGenerator.getInstance("DiffieHellman");
        generator.initialize(new DHParameterSpec(group.p(), group.g(), PRIVATE_VALUE_BITS), random);
        jdkOwn = generator.generateKeyPair();
        jdkPeer = generator.generateKeyPair();
    }

    @Benchmark
    public DhKeyPair generate() {
        return DhKeyPair.generate(group, random);
    }

    @Benchmark
    public KeyPair generateJdk() {
        return generator.generateKeyPair();
    }

    /** Includes HKDF. */
    @Benchmark
    public SessionKey agree() throws RefusedException {
        return own.agree(peer);
    }

    @Benchmark
    public byte[] agreeJdk() throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("DiffieHellman");
        agreement.init(jdkOwn.getPrivate());
        agreement.doPhase(jdkPeer.getPublic(), true);
        return agreement.generateSecret();
    }

    /** The exponentiation that dominates both key pairs and agreement. */
    @Benchmark
    public BigInteger modPow() {
        return base.modPow(exponent, group.p());
    }

    @Benchmark
    public DhPublicKey parsePublicKey() throws RefusedException {
        return DhPublicKey.parse(group, peerPem);
    }
}
