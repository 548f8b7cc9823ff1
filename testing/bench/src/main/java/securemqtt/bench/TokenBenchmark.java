package securemqtt.bench;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.RefusedException;

/** Fernet tokens, compared with only the AES and HMAC that they need. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenBenchmark {
    private static final int BLOCK = 16;

    /** The length of the text in bytes. */
    @Param({"16", "1024", "65536", "1048576"})
    public int length;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec cipherKey = new SecretKeySpec(new byte[BLOCK], "AES");
    private final SecretKeySpec macKey = new SecretKeySpec(new byte[BLOCK], "HmacSHA256");
    private final IvParameterSpec iv = new IvParameterSpec(new byte[BLOCK]);
    private Fernet fernet;
    private byte[] text;
    private byte[] token;
    private byte[] ciphertext;

    @Setup
    public void setUp() throws GeneralSecurityException, RefusedException {
        DhKeyPair own = DhKeyPair.generate(DhGroup.lab(), random);
        DhKeyPair peer = DhKeyPair.generate(DhGroup.lab(), random);
        fernet = new Fernet(own.agree(peer.publicKey()), InstantSource.system(), random);
        text = new byte[length];
        random.nextBytes(text);
        token = fernet.encrypt(text);
        ciphertext = cipher(Cipher.ENCRYPT_MODE).doFinal(text);
    }

    @Benchmark
    public byte[] encrypt() {
        return fernet.encrypt(text);
    }

    @Benchmark
    public byte[] decrypt() throws RefusedException {
        return fernet.decrypt(token);
    }

    @Benchmark
    public byte[] encryptJdk() throws GeneralSecurityException {
        return mac().doFinal(cipher(Cipher.ENCRYPT_MODE).doFinal(text));
    }

    @Benchmark
    public byte[] decryptJdk() throws GeneralSecurityException {
        mac().doFinal(ciphertext);
        return cipher(Cipher.DECRYPT_MODE).doFinal(ciphertext);
    }

    private Cipher cipher(int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, cipherKey, iv);
        return cipher;
    }

    private Mac mac() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(macKey);
        return mac;
    }
}
