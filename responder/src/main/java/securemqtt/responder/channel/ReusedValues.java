package securemqtt.responder.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.responder.diagnosis.Mistake;

/**
 * Remembers the values that a client must not use twice, for a while: its public keys, and the IVs of its tokens. Only
 * messages that were answered count. Several threads may call it.
 */
final class ReusedValues {
    private static final int MAX_NETIDS = 10_000;
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final int MAX_IVS = 4;

    private final Cache<NetId, Values> values;

    ReusedValues(Ticker ticker) {
        values = Caffeine.newBuilder()
                .ticker(ticker)
                .expireAfterWrite(MEMORY)
                .maximumSize(MAX_NETIDS)
                .executor(Runnable::run)
                .build();
    }

    /** Remembers a key exchange. A message that arrives twice, as QoS 1 allows, is no second exchange. */
    void keyExchanged(NetId netId, DhPublicKey clientKey) {
        values.asMap().compute(netId, (same, old) -> of(old).withKey(clientKey));
    }

    /**
     * Remembers an answered request, and tells what it shows.
     *
     * @param clientKey the key of the session
     * @param action of the request
     * @param token authentic
     * @return {@code key-reused} if there was another answered request under this key before its latest exchange; {@code
     *     token-iv-reused} if another token of the NetID had this IV; otherwise empty
     */
    List<Mistake> requestAnswered(NetId netId, DhPublicKey clientKey, Action action, byte[] token) {
        Iv iv = Iv.of(token);
        Values known = values.asMap()
                .compute(netId, (same, old) -> of(old).withRequest(clientKey, new Request(action, token.length), iv));
        return known.shown();
    }

    /** Forgets all. A client may begin again then, as its answer may have been lost. */
    void connectionLost() {
        values.invalidateAll();
    }

    private static Values of(Values old) {
        return old == null ? new Values(List.of(), List.of(), List.of()) : old;
    }

    /** How far the exchanges with one key have come. */
    private enum Progress {
        EXCHANGED,
        ANSWERED,
        EXCHANGED_AGAIN
    }

    /** What tells requests apart. With the same, a client may just try again that got no answer. */
    private record Request(Action action, int length) {}

    /** @param latest the latest request that was answered; null if there is none */
    private record Key(long hash, Progress progress, Request latest) {}

    /**
     * An IV and the token that has it.
     *
     * @param mac the end of the HMAC, which tells two tokens apart
     */
    private record Iv(long high, long low, long mac) {
        /** In base64: version, time and IV; at least the last 8 bytes of the HMAC. A token may have megabytes between. */
        private static final int HEAD = 36;

        private static final int TAIL = 16;
        /** Where the IV begins in the decoded token. */
        private static final int OFFSET = 9;

        static Iv of(byte[] token) {
            ByteBuffer head = decode(token, 0, HEAD);
            ByteBuffer tail = decode(token, token.length - TAIL, token.length);
            return new Iv(
                    head.getLong(OFFSET), head.getLong(OFFSET + Long.BYTES), tail.getLong(tail.limit() - Long.BYTES));
        }

        private static ByteBuffer decode(byte[] token, int from, int to) {
            return ByteBuffer.wrap(Base64.getUrlDecoder().decode(Arrays.copyOfRange(token, from, to)));
        }

        boolean isReusedBy(Iv other) {
            return high == other.high && low == other.low && mac != other.mac;
        }
    }

    /**
     * What is known of a NetID.
     *
     * @param keys the latest first, as many as it may have sessions
     * @param ivs the latest first
     * @param shown the mistakes that its latest request showed
     */
    private record Values(List<Key> keys, List<Iv> ivs, List<Mistake> shown) {
        private static final int MAX_KEYS = 4;

        Values withKey(DhPublicKey clientKey) {
            long hash = hash(clientKey);
            Key known = find(hash).orElse(new Key(hash, Progress.EXCHANGED, null));
            Progress progress = known.progress() == Progress.ANSWERED ? Progress.EXCHANGED_AGAIN : known.progress();
            return with(new Key(hash, progress, known.latest()), ivs, List.of());
        }

        Values withRequest(DhPublicKey clientKey, Request request, Iv iv) {
            long hash = hash(clientKey);
            boolean isKeyReused = find(hash)
                    .filter(key -> key.progress() == Progress.EXCHANGED_AGAIN)
                    .filter(key -> !request.equals(key.latest()))
                    .isPresent();
            boolean isIvReused = ivs.stream().anyMatch(iv::isReusedBy);
            List<Mistake> found = Stream.of(
                            isKeyReused ? Mistake.KEY_REUSED : null, isIvReused ? Mistake.TOKEN_IV_REUSED : null)
                    .filter(Objects::nonNull)
                    .toList();
            return with(new Key(hash, Progress.ANSWERED, request), prepend(iv, ivs, MAX_IVS), found);
        }

        private Optional<Key> find(long hash) {
            return keys.stream().filter(key -> key.hash() == hash).findFirst();
        }

        private Values with(Key key, List<Iv> newIvs, List<Mistake> found) {
            List<Key> others =
                    keys.stream().filter(other -> other.hash() != key.hash()).toList();
            return new Values(prepend(key, others, MAX_KEYS), newIvs, found);
        }

        private static <T> List<T> prepend(T first, List<T> others, int most) {
            return Stream.concat(Stream.of(first), others.stream()).limit(most).toList();
        }

        private static long hash(DhPublicKey key) {
            // The public value is as good as random.
            byte[] value = key.value();
            return ByteBuffer.wrap(value).getLong(value.length - Long.BYTES);
        }
    }
}
