package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.lab;
import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.observed;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.KeyDiagnosis;
import securemqtt.responder.diagnosis.Mistake;

/** What the lab asks for on the wire: topics, QoS, keys and tokens. */
final class WireChecks {
    private static final NetId NETID = new NetId(Trial.NETID);
    private static final String KEY_REQUEST = Topics.keyExchangeRequest(NETID);
    private static final String KEY_RESPONSE = Topics.keyExchangeResponse(NETID);
    private static final String REQUEST = Topics.actionRequest(NETID, Action.REVERSE);
    private static final String RESPONSE = Topics.actionResponse(NETID, Action.REVERSE);
    /** Where the time begins in a token. */
    private static final int TIME = 1;

    private WireChecks() {}

    static List<CheckCase> all() {
        return List.of(
                lab("subscribe-qos-1", "subscribes with QoS 1")
                        .why("All subscriptions and messages of the lab have QoS 1.")
                        .fix("Subscribe with QoS 1; many libraries' default is 0.")
                        .exchanges("reverse", "abc")
                        .expects(observed("every subscription asks for QoS 1", WireChecks::subscriptionQos)),
                lab("publish-qos-1", "publishes with QoS 1")
                        .why("All subscriptions and messages of the lab have QoS 1.")
                        .fix("Publish with QoS 1; many libraries' default is 0.")
                        .exchanges("reverse", "abc")
                        .expects(observed("every message has QoS 1", WireChecks::publishQos)),
                lab("topics", "uses the lab's four topics and no others")
                        .why(
                                "The client publishes on NETID/key-exchange/request and NETID/ACTION/request, and subscribes"
                                        + " to the two responses.")
                        .fix("Write the topics as in the lab, in lower case, without a slash in front.")
                        .exchanges("reverse", "abc")
                        .expects(
                                observed("it publishes on " + KEY_REQUEST + " and " + REQUEST, WireChecks::published),
                                observed(
                                        "it subscribes to " + KEY_RESPONSE + " and " + RESPONSE
                                                + ", and to no other NetID's topics",
                                        WireChecks::subscribed)),
                lab("key-pem", "sends its public key as PEM with the label PUBLIC KEY")
                        .why("A public key is sent as a SubjectPublicKeyInfo in PEM.")
                        .fix("Use the library's export as PEM and SubjectPublicKeyInfo, and send it unchanged.")
                        .exchanges("reverse", "abc")
                        .expects(observed(
                                "the message on " + KEY_REQUEST + " is a Diffie-Hellman key in PEM",
                                seen -> keyProblem(seen, Set.of(Refusal.KEY_OTHER_GROUP, Refusal.KEY_OUT_OF_RANGE)))),
                lab("key-group", "makes its key in the lab's group")
                        .why("All keys belong to the group in dhparam4096.pem.")
                        .fix("Read the parameters from dhparam4096.pem; do not generate any.")
                        .exchanges("reverse", "abc")
                        .expects(observed(
                                "the key belongs to the group in dhparam4096.pem", seen -> keyProblem(seen, Set.of()))),
                lab("secret-leading-zero", "keeps the leading zero byte of the shared secret")
                        .why(
                                "The shared secret has 512 bytes. One in 256 begins with a zero byte, which is part of it.")
                        .fix("Write the secret with exactly 512 bytes, such as z.to_bytes(512, \"big\") in Python.")
                        .exchanges(GoodResponder::withLeadingZero, "reverse", "abc")
                        .expects(answer("cba")),
                lab("token", "sends a Fernet token under the session key, with today's time")
                        .why("The text is sent as a Fernet token whose key is derived by HKDF-SHA256.")
                        .fix(
                                "Derive the key with one zero byte as salt and one as info, and let a Fernet library make the"
                                        + " token.")
                        .exchanges("reverse", "abc")
                        .expects(
                                observed("the responder can decrypt the token", WireChecks::tokenProblem),
                                observed("the token's time is within a day of now", WireChecks::timeProblem)));
    }

    private static Optional<String> subscriptionQos(Observation seen) {
        List<Packet> subscriptions = subscriptions(seen);
        if (subscriptions.isEmpty()) {
            return Optional.of("there is no subscription");
        }
        return subscriptions.stream()
                .filter(packet -> packet.qos() != 1)
                .findFirst()
                .map(packet ->
                        "the subscription to " + Expectations.shown(packet.name()) + " asks for QoS " + packet.qos());
    }

    private static Optional<String> publishQos(Observation seen) {
        if (seen.published().findAny().isEmpty()) {
            return Optional.of("there is no message");
        }
        return seen.published()
                .filter(packet -> packet.qos() != 1)
                .findFirst()
                .map(packet -> "the message on " + Expectations.shown(packet.name()) + " has QoS " + packet.qos());
    }

    private static Optional<String> published(Observation seen) {
        Set<String> topics = seen.published().map(Packet::name).collect(Collectors.toCollection(TreeSet::new));
        return topics.equals(Set.of(KEY_REQUEST, REQUEST))
                ? Optional.empty()
                : Optional.of("it publishes on " + list(topics));
    }

    private static Optional<String> subscribed(Observation seen) {
        Set<String> filters =
                subscriptions(seen).stream().map(Packet::name).collect(Collectors.toCollection(TreeSet::new));
        boolean coversBoth = filters.stream().anyMatch(filter -> TopicFilters.matches(filter, KEY_RESPONSE))
                && filters.stream().anyMatch(filter -> TopicFilters.matches(filter, RESPONSE));
        boolean isOwn = filters.stream().allMatch(filter -> filter.startsWith(Trial.NETID + "/"));
        return coversBoth && isOwn ? Optional.empty() : Optional.of("it subscribes to " + list(filters));
    }

    private static String list(Set<String> topics) {
        return topics.isEmpty()
                ? "no topic"
                : topics.stream().map(Expectations::shown).collect(Collectors.joining(", "));
    }

    private static List<Packet> subscriptions(Observation seen) {
        return seen.packets().stream()
                .filter(packet -> packet.type() == Packet.Type.SUBSCRIBE)
                .toList();
    }

    /** @param allowed reasons to refuse the key that do not matter here */
    private static Optional<String> keyProblem(Observation seen, Set<Refusal> allowed) {
        Optional<Packet> key = seen.published()
                .filter(packet -> packet.isPublishOf(KEY_REQUEST))
                .findFirst();
        if (key.isEmpty()) {
            return Optional.of("there is no message on " + KEY_REQUEST);
        }
        try {
            DhPublicKey.parse(DhGroup.lab(), key.get().payload());
            return Optional.empty();
        } catch (RefusedException e) {
            if (allowed.contains(e.refusal())) {
                return Optional.empty();
            }
            List<Mistake> mistakes = KeyDiagnosis.diagnose(key.get().payload());
            return Optional.of(
                    mistakes.isEmpty()
                            ? e.refusal().explanation()
                            : mistakes.stream().map(Mistake::done).collect(Collectors.joining("; ")));
        }
    }

    private static Optional<String> tokenProblem(Observation seen) {
        if (request(seen).isEmpty()) {
            return Optional.of("there is no message on " + REQUEST);
        }
        return seen.refused().stream().findFirst().map(RefusedRequest::describe);
    }

    private static Optional<String> timeProblem(Observation seen) {
        // The responder has decrypted it, so it is base64url.
        long time = ByteBuffer.wrap(Base64.getUrlDecoder()
                        .decode(request(seen).orElseThrow().payload()))
                .getLong(TIME);
        long now = Instant.now().getEpochSecond();
        long day = Duration.ofDays(1).toSeconds();
        return time < now - day || time > now + day
                ? Optional.of("the token's time is " + Long.toUnsignedString(time) + " s, now is " + now + " s")
                : Optional.empty();
    }

    private static Optional<Packet> request(Observation seen) {
        return seen.published().filter(packet -> packet.isPublishOf(REQUEST)).findFirst();
    }
}
