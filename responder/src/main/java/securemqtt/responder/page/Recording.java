package securemqtt.responder.page;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.responder.channel.MessageListener;
import securemqtt.responder.channel.ReceivedMessage;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;
import securemqtt.responder.page.RecordedMessage.Outcome;

/**
 * The latest exchanges of the latest NetIDs. All numbers are limited: a new entry beyond a limit removes the oldest.
 * Thread-safe.
 */
final class Recording implements MessageListener {
    static final int MAX_NETIDS = 200;
    static final int MAX_EXCHANGES = 20;
    /** Of payloads and texts. Without it, hostile clients could fill some 400 MB. */
    static final long MAX_BYTES = 32 << 20;

    /** In place of a NetID, for all messages whose topic has none. */
    static final String NO_NETID = "";

    private final InstantSource clock;
    private final ClassCounts counts;
    /** The least recently changed first. */
    private final Map<String, Deque<RecordedExchange>> exchanges = new LinkedHashMap<>();

    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, List<String>> pendingSteps = new LinkedHashMap<>();
    private long lastId;
    private long keptBytes;

    Recording(InstantSource clock, ClassCounts counts) {
        this.clock = clock;
        this.counts = counts;
    }

    /** The last message of a NetID. */
    record Summary(String netId, RecordedMessage last) {}

    @Override
    public void answered(ReceivedMessage message, Answer answer, List<Mistake> mistakes) {
        Outcome outcome = new RecordedMessage.Answered(
                answer.topic(),
                clock.instant(),
                Excerpt.of(answer.payload()),
                answer.texts()
                        .map(texts -> new RecordedMessage.TextExcerpts(
                                Excerpt.of(texts.request()), Excerpt.of(texts.response()))),
                mistakes);
        String netId = netId(message.topic());
        add(netId, RecordedMessage.of(message, outcome), Optional.of(answer.clientKey()));
        if (answer.texts().isPresent()) {
            counts.answered(clock.instant());
        }
        count(netId, mistakes);
    }

    @Override
    public void refused(ReceivedMessage message, Refusal reason) {
        Outcome outcome = new RecordedMessage.Refused(reason, Optional.empty());
        add(netId(message.topic()), RecordedMessage.of(message, outcome), Optional.empty());
        counts.refused(clock.instant());
    }

    @Override
    public void diagnosed(ReceivedMessage message, Diagnosis diagnosis) {
        String netId = netId(message.topic());
        change(netId, message.number(), diagnosis);
        count(netId, diagnosis.mistakes());
    }

    private synchronized void change(String netId, long number, Diagnosis diagnosis) {
        for (RecordedExchange exchange : exchangesOf(netId)) {
            if (exchange.change(number, recorded -> withDiagnosis(recorded, diagnosis))) {
                changed.add(netId);
                return;
            }
        }
    }

    private static RecordedMessage withDiagnosis(RecordedMessage recorded, Diagnosis diagnosis) {
        return recorded.outcome() instanceof RecordedMessage.Refused refused
                ? recorded.with(new RecordedMessage.Refused(refused.reason(), Optional.of(diagnosis)))
                : recorded;
    }

    /** Of a message that was recorded as answered before, or of one that was not recorded yet. */
    @Override
    public synchronized void failed(String topic, long number) {
        String netId = netId(topic);
        Outcome failed = new RecordedMessage.Failed();
        for (RecordedExchange exchange : exchangesOf(netId)) {
            int before = exchange.keptBytes();
            if (exchange.change(number, recorded -> recorded.with(failed))) {
                keptBytes += exchange.keptBytes() - before;
                changed.add(netId);
                return;
            }
        }
        add(
                netId,
                new RecordedMessage(number, clock.instant(), topic, Optional.empty(), false, Optional.empty(), failed),
                Optional.empty());
    }

    @Override
    public void seen(String topic, Mistake mistake) {
        String netId = netId(topic.startsWith("/") ? topic.substring(1) : topic);
        Outcome outcome = new RecordedMessage.Seen(mistake);
        add(
                netId,
                new RecordedMessage(
                        0,
                        clock.instant(),
                        topic,
                        Optional.empty(),
                        mistake == Mistake.RETAIN,
                        Optional.empty(),
                        outcome),
                Optional.empty());
        count(netId, List.of(mistake));
    }

    private void count(String netId, List<Mistake> mistakes) {
        if (!netId.equals(NO_NETID)) {
            mistakes.forEach(mistake -> counts.mistake(netId, mistake));
        }
    }

    /** The channel shows the steps of a message shortly before its outcome. */
    @Override
    public synchronized void steps(NetId netId, List<String> lines) {
        pendingSteps.put(netId.value(), lines);
        if (pendingSteps.size() > MAX_NETIDS) {
            pendingSteps.remove(pendingSteps.keySet().iterator().next());
        }
    }

    private synchronized void add(String netId, RecordedMessage message, Optional<DhPublicKey> clientKey) {
        Deque<RecordedExchange> known = exchanges.remove(netId);
        Deque<RecordedExchange> own = known == null ? new ArrayDeque<>() : known;
        exchanges.put(netId, own);
        RecordedExchange exchange = find(own, message, clientKey);
        keptBytes -= exchange.keptBytes();
        exchange.add(message);
        exchange.addSteps(Optional.ofNullable(pendingSteps.remove(netId)).orElse(List.of()));
        keptBytes += exchange.keptBytes();
        changed.add(netId);
        dropOldest(own);
    }

    /** The exchange that a message belongs to; a new one if there is none yet. */
    private RecordedExchange find(
            Deque<RecordedExchange> own, RecordedMessage message, Optional<DhPublicKey> clientKey) {
        if (clientKey.isPresent()) {
            for (RecordedExchange exchange : own) {
                if (exchange.belongsTo(clientKey.get())) {
                    return exchange;
                }
            }
            if (!own.isEmpty() && own.getFirst().isOnlySeen()) {
                own.getFirst().setClientKey(clientKey.get());
                return own.getFirst();
            }
        } else if (!own.isEmpty() && !isRefusedKey(message)) {
            return own.getFirst();
        }
        RecordedExchange fresh = new RecordedExchange(++lastId, clientKey);
        own.addFirst(fresh);
        return fresh;
    }

    private static boolean isRefusedKey(RecordedMessage message) {
        return message.outcome() instanceof RecordedMessage.Refused
                && message.topic().endsWith("/key-exchange/request");
    }

    private void dropOldest(Deque<RecordedExchange> own) {
        if (exchanges.size() > MAX_NETIDS) {
            String oldest = exchanges.keySet().iterator().next();
            exchanges.remove(oldest).forEach(exchange -> keptBytes -= exchange.keptBytes());
            changed.remove(oldest);
        }
        if (own.size() > MAX_EXCHANGES) {
            keptBytes -= own.removeLast().keptBytes();
        }
        while (keptBytes > MAX_BYTES) {
            String oldest = exchanges.keySet().iterator().next();
            Deque<RecordedExchange> ofOldest = exchanges.get(oldest);
            keptBytes -= ofOldest.removeLast().keptBytes();
            if (ofOldest.isEmpty()) {
                exchanges.remove(oldest);
                changed.remove(oldest);
            }
        }
    }

    private Deque<RecordedExchange> exchangesOf(String netId) {
        return exchanges.getOrDefault(netId, new ArrayDeque<>());
    }

    /** The summaries of all NetIDs, the least recently changed first. */
    synchronized List<Summary> all() {
        return exchanges.keySet().stream().map(this::summary).toList();
    }

    /** The summaries of the NetIDs that have changed since the last call, the least recently changed first. */
    synchronized List<Summary> takeChanged() {
        if (changed.isEmpty()) {
            return List.of();
        }
        List<Summary> summaries = new ArrayList<>();
        for (String netId : exchanges.keySet()) {
            if (changed.contains(netId)) {
                summaries.add(summary(netId));
            }
        }
        changed.clear();
        return summaries;
    }

    private Summary summary(String netId) {
        RecordedMessage last = exchanges.get(netId).stream()
                .map(RecordedExchange::last)
                .max(Comparator.comparing(RecordedMessage::time))
                .orElseThrow();
        return new Summary(netId, last);
    }

    /** The exchanges of a NetID, the latest first; empty if nothing is recorded. */
    synchronized List<RecordedExchange.Snapshot> exchanges(String netId) {
        return exchangesOf(netId).stream().map(RecordedExchange::snapshot).toList();
    }

    private static String netId(String topic) {
        int slash = topic.indexOf('/');
        if (slash <= 0) {
            return NO_NETID;
        }
        try {
            return new NetId(topic.substring(0, slash)).value();
        } catch (IllegalArgumentException e) {
            return NO_NETID;
        }
    }
}
