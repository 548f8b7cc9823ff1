package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.robustness;
import static securemqtt.responder.check.Expectations.observed;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** How a good client uses its connection and its keys. */
final class ConnectionChecks {
    private static final NetId NETID = new NetId(Trial.NETID);
    private static final String KEY_RESPONSE = Topics.keyExchangeResponse(NETID);

    /** Longer than a client sleeps that does so in place of waiting for SUBACK. */
    private static final Duration SUBACK_DELAY = Duration.ofSeconds(3);

    private ConnectionChecks() {}

    static List<CheckCase> all() {
        return List.of(
                robustness("subscribed-before-key", "waits for its subscription before it sends its key")
                        .why("If the key goes out first, the answer may arrive before the subscription, and is lost.")
                        .fix("Publish the key once the broker has acknowledged the subscriptions (SUBACK).")
                        .waitsUpTo(CheckCase.USUAL_DEADLINE)
                        .plays(trial -> {
                            trial.delaySubacks(SUBACK_DELAY);
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            trial.exchange("reverse", "abc");
                        })
                        .expects(observed(
                                "the broker has granted the subscription to " + KEY_RESPONSE
                                        + " before the first message",
                                ConnectionChecks::publishedTooEarly)),
                robustness("not-retained", "publishes without the retain flag")
                        .why("The broker keeps a retained message, and hands it to every later subscriber.")
                        .fix("Publish with retain = false.")
                        .exchanges("reverse", "abc")
                        .expects(observed("no message has the retain flag", seen -> seen.published()
                                .filter(Packet::isRetained)
                                .findFirst()
                                .map(packet -> "the message on " + Expectations.shown(packet.name())
                                        + " has the retain flag"))),
                robustness("client-id", "connects with the NetID as client identifier")
                        .why("The NetID as client identifier lets a broker tell students apart.")
                        .fix("Pass the NetID as client identifier to the MQTT library.")
                        .exchanges("reverse", "abc")
                        .expects(
                                observed("the client identifier is " + Trial.NETID, ConnectionChecks::otherIdentifier)),
                robustness("fresh-keys", "makes a new key pair in each run")
                        .why("If a key pair is used again, whoever gets it can read all exchanges.")
                        .fix("Make the key pair in the program, and store none.")
                        .plays(trial -> {
                            trial.startBroker();
                            trial.startResponder(new GoodResponder());
                            trial.exchange("reverse", "abc");
                            trial.exchange("reverse", "abc");
                        })
                        .expects(observed("two runs have two public keys", ConnectionChecks::sameKey)),
                robustness("disconnects", "ends its connection with DISCONNECT")
                        .why("Without it, the broker takes the end for a failure.")
                        .fix("Disconnect before the program ends, and wait until that has been sent.")
                        .exchanges("reverse", "abc")
                        .expects(observed(
                                "the client sends DISCONNECT",
                                seen -> seen.packets().stream()
                                                .anyMatch(packet -> packet.type() == Packet.Type.DISCONNECT)
                                        ? Optional.empty()
                                        : Optional.of("the connection ends without it"))));
    }

    private static Optional<String> publishedTooEarly(Observation seen) {
        int open = 0;
        boolean isSubscribed = false;
        for (Packet packet : seen.packets()) {
            switch (packet.type()) {
                case SUBSCRIBE -> {
                    open++;
                    isSubscribed |= TopicFilters.matches(packet.name(), KEY_RESPONSE);
                }
                case SUBACK -> open--;
                case PUBLISH -> {
                    if (packet.isFromClient()) {
                        return isSubscribed && open <= 0
                                ? Optional.empty()
                                : Optional.of("the first message goes out before SUBACK");
                    }
                }
                default -> {
                    // Does not matter here.
                }
            }
        }
        return Optional.of("there is no message");
    }

    private static Optional<String> otherIdentifier(Observation seen) {
        Optional<Packet> connect = seen.packets().stream()
                .filter(packet -> packet.type() == Packet.Type.CONNECT)
                .findFirst();
        if (connect.isEmpty()) {
            return Optional.of("there is no connection");
        }
        return connect.filter(packet -> !packet.name().equals(Trial.NETID))
                .map(packet -> "it is " + Expectations.shown(packet.name()));
    }

    private static Optional<String> sameKey(Observation seen) {
        Set<DhPublicKey> keys = new HashSet<>();
        List<Packet> sent = seen.published()
                .filter(packet -> packet.isPublishOf(Topics.keyExchangeRequest(NETID)))
                .toList();
        for (Packet key : sent) {
            try {
                keys.add(DhPublicKey.parse(DhGroup.lab(), key.payload()));
            } catch (RefusedException e) {
                return Optional.of("a key cannot be read: " + e.refusal().explanation());
            }
        }
        return keys.size() >= 2
                ? Optional.empty()
                : Optional.of("there are " + sent.size() + " messages with " + keys.size() + " different keys");
    }
}
