package securemqtt.responder.page;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import securemqtt.protocol.PublicKeyParts;
import securemqtt.protocol.TokenParts;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;

/** Builds the JSON for the page's script. Times are in milliseconds since 1970. */
final class PageJson {
    private PageJson() {}

    /** One NetID in the list. */
    static JsonObject summary(Recording.Summary summary) {
        RecordedMessage last = summary.last();
        return new JsonObject()
                .put("netid", summary.netId())
                .put("time", last.time().toEpochMilli())
                .put("state", state(last))
                .put("why", why(last));
    }

    private static String state(RecordedMessage message) {
        RecordedMessage.Outcome outcome = message.outcome();
        if (outcome instanceof RecordedMessage.Answered answered) {
            return answered.texts().isPresent() ? "answered" : "keys exchanged";
        }
        if (outcome instanceof RecordedMessage.Refused) {
            return "refused";
        }
        return outcome instanceof RecordedMessage.Seen ? "mistake" : "failed";
    }

    /** A short reason; empty if there is nothing to explain. */
    private static String why(RecordedMessage message) {
        RecordedMessage.Outcome outcome = message.outcome();
        if (outcome instanceof RecordedMessage.Refused refused) {
            return refused.diagnosis()
                    .filter(diagnosis -> !diagnosis.mistakes().isEmpty())
                    .map(diagnosis -> ids(diagnosis.mistakes()))
                    .orElse(refused.reason().code());
        }
        if (outcome instanceof RecordedMessage.Seen seen) {
            return seen.mistake().id();
        }
        return outcome instanceof RecordedMessage.Answered answered ? ids(answered.mistakes()) : "";
    }

    private static String ids(List<Mistake> mistakes) {
        return mistakes.stream().map(Mistake::id).collect(Collectors.joining(", "));
    }

    /** The exchanges of a NetID, the latest first. */
    static JsonArray exchanges(List<RecordedExchange.Snapshot> exchanges) {
        JsonArray all = new JsonArray();
        exchanges.forEach(exchange -> all.add(brief(exchange)));
        return all;
    }

    private static JsonObject brief(RecordedExchange.Snapshot exchange) {
        RecordedMessage last = exchange.messages().get(exchange.messages().size() - 1);
        return new JsonObject()
                .put("id", exchange.id())
                .put("time", exchange.messages().get(0).time().toEpochMilli())
                .put("state", state(last))
                .put("why", why(last));
    }

    /** One exchange with all that is recorded of it. */
    static JsonObject exchange(RecordedExchange.Snapshot exchange) {
        JsonArray messages = new JsonArray();
        exchange.messages().forEach(message -> messages.add(message(message)));
        return brief(exchange)
                .put("messages", messages)
                .put("dropped", exchange.dropped())
                .put("steps", new JsonArray(exchange.steps()));
    }

    private static JsonObject message(RecordedMessage message) {
        JsonObject json = new JsonObject()
                .put("time", message.time().toEpochMilli())
                .put("topic", message.topic())
                .put("retain", message.isRetained())
                .put("state", state(message))
                .put("why", why(message));
        message.qos().ifPresent(qos -> json.put("qos", qos));
        message.payload().ifPresent(payload -> json.put("payload", payload(payload)));
        addOutcome(json, message.outcome());
        return json;
    }

    private static void addOutcome(JsonObject json, RecordedMessage.Outcome outcome) {
        if (outcome instanceof RecordedMessage.Answered answered) {
            json.put(
                    "response",
                    new JsonObject()
                            .put("time", answered.time().toEpochMilli())
                            .put("topic", answered.topic())
                            .put("qos", 1)
                            .put("retain", false)
                            .put("payload", payload(answered.payload())));
            answered.texts().ifPresent(texts -> json.put("text", content(texts.request()))
                    .put("answer", content(texts.response())));
            json.put("mistakes", mistakes(answered.mistakes()));
        } else if (outcome instanceof RecordedMessage.Refused refused) {
            json.put("reason", refused.reason().code())
                    .put("explanation", refused.reason().explanation());
            refused.diagnosis().ifPresent(diagnosis -> json.put("diagnosis", diagnosis(diagnosis)));
        } else if (outcome instanceof RecordedMessage.Seen seen) {
            json.put("mistakes", mistakes(List.of(seen.mistake())));
        }
    }

    private static JsonObject diagnosis(Diagnosis diagnosis) {
        return new JsonObject()
                .put("proved", diagnosis.proved())
                .put("mistakes", mistakes(diagnosis.mistakes()))
                .put("text", diagnosis.mistakes().isEmpty() ? diagnosis.describe() : "");
    }

    private static JsonArray mistakes(List<Mistake> mistakes) {
        JsonArray all = new JsonArray();
        mistakes.forEach(mistake -> all.add(new JsonObject()
                .put("id", mistake.id())
                .put("done", mistake.done())
                .put("remedy", mistake.remedy())));
        return all;
    }

    /** Takes apart what can be taken apart, whatever the topic: a client may mix them up. */
    private static JsonObject payload(Excerpt payload) {
        JsonObject json = content(payload);
        PublicKeyParts.of(payload.bytes()).ifPresent(key -> json.put("key", key(key)));
        if (payload.isWhole()) {
            TokenParts.of(payload.bytes()).ifPresent(token -> json.put("token", token(token)));
        } else {
            TokenParts.of(payload.bytes()).ifPresent(token -> json.put("token", beginning(token)));
        }
        return json;
    }

    private static JsonObject content(Excerpt excerpt) {
        JsonObject json = new JsonObject().put("length", excerpt.length()).put("kept", excerpt.bytes().length);
        return text(excerpt)
                .map(text -> json.put("text", text))
                .orElseGet(() -> json.put("hex", HexFormat.of().formatHex(excerpt.bytes())));
    }

    /** Empty if it is not UTF-8. The end of an excerpt may cut a character. */
    private static Optional<String> text(Excerpt excerpt) {
        int end = excerpt.bytes().length;
        for (int cut = 0; cut <= (excerpt.isWhole() ? 0 : 3) && cut <= end; cut++) {
            try {
                return Optional.of(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(excerpt.bytes(), 0, end - cut))
                        .toString());
            } catch (CharacterCodingException e) {
                // The next attempt leaves out one byte more.
            }
        }
        return Optional.empty();
    }

    private static JsonObject key(PublicKeyParts key) {
        JsonObject json = new JsonObject().put("algorithm", key.algorithm()).put("fingerprint", key.fingerprint());
        key.group().ifPresent(group -> json.put("group", group));
        key.bits().ifPresent(bits -> json.put("bits", bits));
        return json;
    }

    private static JsonObject beginning(TokenParts token) {
        return new JsonObject()
                .put("version", HexFormat.of().toHexDigits((byte) token.version()))
                .put("time", Long.toUnsignedString(token.time()))
                .put("iv", token.iv());
    }

    private static JsonObject token(TokenParts token) {
        return beginning(token).put("ciphertext", token.ciphertext()).put("mac", token.mac());
    }

    /** The numbers of the class view. */
    static JsonObject counts(ClassCounts counts, long sessions, Instant now) {
        JsonArray minutes = new JsonArray();
        counts.minutes(now)
                .forEach(minute -> minutes.add(new JsonArray()
                        .add(minute.start() * 1000)
                        .add(minute.answered())
                        .add(minute.refused())));
        JsonArray mistakes = new JsonArray();
        counts.mistakes()
                .forEach(count -> mistakes.add(new JsonObject()
                        .put("id", count.mistake().id())
                        .put("done", count.mistake().done())
                        .put("netids", count.netIds())));
        return new JsonObject()
                .put("minutes", minutes)
                .put("mistakes", mistakes)
                .put("perSecond", counts.answeredPerSecond(now))
                .put("sessions", sessions);
    }
}
