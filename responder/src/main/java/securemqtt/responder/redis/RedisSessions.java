package securemqtt.responder.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.responder.exchange.SealedSession;
import securemqtt.responder.exchange.SessionDatabase;
import securemqtt.responder.exchange.SessionStore;

/** Keeps sealed sessions in Redis: for each NetID one hash, which expires when its sessions are idle. */
public final class RedisSessions implements SessionDatabase {
    private static final String PREFIX = "secure-mqtt:1:";
    /** The fingerprint of the secret that seals the sessions. */
    static final String SECRET_KEY = PREFIX + "secret";

    private static final String HASH_PREFIX = PREFIX + "session:";
    /** A bit for each NetID that has sent a key. Several NetIDs may share one. */
    private static final String KEYS_KEY = PREFIX + "keys";

    private static final String KEYS_SINCE_KEY = PREFIX + "keys-since";
    /** These bits take half a megabyte. 100,000 NetIDs set one bit in 42. */
    private static final int KEYS_BITS = 1 << 22;

    /** About 200 KB. More than the requests of one NetID that a responder lets wait. */
    private static final int MAX_UNSETTLED = 2_000;

    private static final int MAX_AUTHENTIC = 32;
    /** How many of the keys in Redis are no NetIDs. */
    private static final int OTHER_KEYS = 3;

    private final RedisLink link;
    private final String idleMillis;
    /** NetIDs whose bit this process has set. */
    private final Cache<NetId, Boolean> keysArrived = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .executor(Runnable::run)
            .build();

    /** @param idle how long a session may stay unused before Redis forgets it */
    public RedisSessions(RedisLink link, Duration idle) {
        this.link = link;
        this.idleMillis = Long.toString(idle.toMillis());
    }

    @Override
    public CompletionStage<List<SealedSession>> sessions(NetId netId) {
        return link.send(call(Script.SESSIONS, netId)).thenApply(answer -> sealed(answer, 0));
    }

    @Override
    public CompletionStage<SealedSession> add(NetId netId, SealedSession session) {
        return link.send(call(Script.ADD, netId)
                        .arg(session.id())
                        .arg(session.sealed())
                        .arg(SessionStore.MAX_PER_NETID))
                .thenApply(answer -> sealed(answer, 0).get(0));
    }

    @Override
    public CompletionStage<Optional<List<SealedSession>>> tokenArrived(NetId netId, byte[] tail, Action action) {
        return link.send(call(Script.TOKEN_ARRIVED, netId)
                        .arg(tail)
                        .arg(action.ordinal())
                        .arg(MAX_UNSETTLED))
                .thenApply(
                        answer -> answer.get(0).toInteger() == 1 ? Optional.of(sealed(answer, 1)) : Optional.empty());
    }

    @Override
    public void authentic(NetId netId, byte[] tail) {
        link.send(call(Script.AUTHENTIC, netId).arg(tail).arg(MAX_AUTHENTIC));
    }

    @Override
    public void notAuthentic(NetId netId, byte[] tail) {
        link.send(call(Script.NOT_AUTHENTIC, netId).arg(tail));
    }

    @Override
    public void used(NetId netId, String id) {
        link.send(call(Script.USED, netId).arg(id));
    }

    @Override
    public void keyArrived(NetId netId) {
        if (keysArrived.asMap().putIfAbsent(netId, true) == null) {
            link.send(callForKeys(Script.KEY_ARRIVED, netId)).whenComplete((done, failure) -> {
                if (failure != null) {
                    keysArrived.invalidate(netId);
                }
            });
        }
    }

    @Override
    public CompletionStage<Boolean> mayHaveSentKey(NetId netId) {
        return link.send(callForKeys(Script.MAY_HAVE_SENT_KEY, netId)).thenApply(answer -> answer.toInteger() == 1);
    }

    @Override
    public long count() {
        return Math.max(0, link.keys() - OTHER_KEYS);
    }

    private Request call(Script script, NetId netId) {
        return Request.cmd(Command.EVALSHA)
                .arg(script.sha1())
                .arg(1)
                .arg(HASH_PREFIX + netId.value())
                .arg(idleMillis);
    }

    /** A command that changes nothing, to find out whether this user may run scripts. */
    static Request anyCommand() {
        return Request.cmd(Command.EVALSHA)
                .arg(Script.SESSIONS.sha1())
                .arg(1)
                .arg(HASH_PREFIX)
                .arg(1);
    }

    private Request callForKeys(Script script, NetId netId) {
        return Request.cmd(Command.EVALSHA)
                .arg(script.sha1())
                .arg(2)
                .arg(KEYS_KEY)
                .arg(KEYS_SINCE_KEY)
                .arg(idleMillis)
                .arg(bit(netId));
    }

    private static int bit(NetId netId) {
        return Math.floorMod(netId.value().hashCode(), KEYS_BITS);
    }

    /** Identifiers and sealed sessions, in turn. */
    private static List<SealedSession> sealed(Response answer, int from) {
        List<SealedSession> all = new ArrayList<>();
        for (int i = from; i + 1 < answer.size(); i += 2) {
            all.add(new SealedSession(
                    answer.get(i).toString(StandardCharsets.US_ASCII),
                    answer.get(i + 1).toBytes()));
        }
        return all;
    }
}
