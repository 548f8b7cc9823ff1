package securemqtt.responder.check;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SharedSecret;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.AgreedValues;
import securemqtt.responder.exchange.Answer;
import securemqtt.responder.exchange.MemorySessions;
import securemqtt.responder.exchange.Responder;

/** Answers as the service does. Its shared secrets do not begin with a zero byte by chance. */
final class GoodResponder implements KnowingBehavior {
    private static final int MAX_SESSIONS = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Responder responder;
    private volatile DhPublicKey lastClientKey;
    private volatile DhKeyPair lastKeyPair;

    GoodResponder() {
        this(GoodResponder::withoutLeadingZero);
    }

    /** @param keyPairs gives the key pair for a session, given the client's public key */
    GoodResponder(Function<DhPublicKey, DhKeyPair> keyPairs) {
        this.responder = new Responder(
                new MemorySessions(MAX_SESSIONS, Duration.ofMinutes(10)),
                clientKey -> {
                    lastClientKey = clientKey;
                    lastKeyPair = keyPairs.apply(clientKey);
                    return lastKeyPair;
                },
                InstantSource.system(),
                RANDOM,
                true);
    }

    /** A responder whose shared secrets all begin with a zero byte. */
    static GoodResponder withLeadingZero() {
        return new GoodResponder(clientKey -> DhKeyPair.generateForLeadingZero(DhGroup.lab(), clientKey, RANDOM));
    }

    /** A client that drops leading zeros would otherwise fail one exchange in 256, in another case each time. */
    private static DhKeyPair withoutLeadingZero(DhPublicKey clientKey) {
        while (true) {
            DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), RANDOM);
            try {
                SharedSecret secret = keyPair.agreeOnSecret(clientKey);
                byte[] z = secret.copy();
                secret.destroy();
                boolean beginsWithZero = z[0] == 0;
                Arrays.fill(z, (byte) 0);
                if (!beginsWithZero) {
                    return keyPair;
                }
            } catch (RefusedException e) {
                // The session refuses this client's key for the same reason.
                return keyPair;
            }
        }
    }

    @Override
    public void receive(Topics.Request request, byte[] payload, Publisher publisher) throws RefusedException {
        Answer answer = answer(request, payload);
        publisher.publish(answer.topic(), answer.payload());
    }

    /** The answer, which the caller may publish. */
    Answer answer(Topics.Request request, byte[] payload) throws RefusedException {
        return responder.answer(request, payload);
    }

    /** Makes and opens the tokens of the latest session. */
    Fernet codec() throws RefusedException {
        return new Fernet(lastKeyPair.agree(lastClientKey), InstantSource.system(), RANDOM);
    }

    /** The numbers of the NetID's sessions, for diagnosis, the latest first. */
    List<AgreedValues> agreedValues(NetId netId) throws RefusedException {
        return responder.agreedValues(netId);
    }

    @Override
    public GoodResponder knowledge() {
        return this;
    }

    boolean mayHaveSentKey(NetId netId) throws RefusedException {
        return responder.mayHaveSentKey(netId);
    }
}
