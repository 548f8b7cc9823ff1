package securemqtt.e2e;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;

/** A responder for one NetID and the action uppercase. The test decides when it takes each step. */
final class FakeResponder implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String netId;
    private final Observer observer;
    private final DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    FakeResponder(int port, String netId) throws Exception {
        this.netId = netId;
        this.observer = new Observer(port, netId + "/+/request");
    }

    Observer observer() {
        return observer;
    }

    DhPublicKey publicKey() {
        return keyPair.publicKey();
    }

    /** Waits for a client's key. */
    DhPublicKey awaitKey() throws Exception {
        return DhPublicKey.parse(
                DhGroup.lab(), observer.next(netId + "/key-exchange/request").payload());
    }

    void sendKey() throws Exception {
        sendAsKey(publicKey().toPem());
    }

    void sendAsKey(byte[] payload) throws Exception {
        observer.publish(netId + "/key-exchange/response", payload, false);
    }

    /** Waits for a request and does not decrypt it. */
    byte[] awaitRequest() throws Exception {
        return observer.next(netId + "/uppercase/request").payload();
    }

    /** The Fernet codec with the session key that is shared with the owner of the public key. */
    Fernet agreedWith(DhPublicKey clientKey) throws Exception {
        return new Fernet(keyPair.agree(clientKey), InstantSource.system(), RANDOM);
    }

    void sendAsAnswer(byte[] payload) throws Exception {
        observer.publish(netId + "/uppercase/response", payload, false);
    }

    /** Completes an exchange correctly, from the client's key to the answer. */
    void answer(DhPublicKey clientKey) throws Exception {
        Fernet fernet = agreedWith(clientKey);
        sendKey();
        String text = new String(fernet.decrypt(awaitRequest()), StandardCharsets.UTF_8);
        sendAsAnswer(fernet.encrypt(text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        observer.close();
    }
}
