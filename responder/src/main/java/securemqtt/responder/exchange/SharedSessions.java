package securemqtt.responder.exchange;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

/**
 * Keeps the sessions in a database that several responders share. This process keeps none: each request opens those of its NetID,
 * and wipes them afterwards.
 */
public final class SharedSessions implements SessionStore {
    private static final long TIMEOUT_MILLIS = 1_000;

    private final SessionDatabase database;
    private final SessionSeal seal;
    private final boolean keepSecrets;
    private final Runnable unreadable;

    /**
     * @param keepSecrets whether opened sessions have their shared secret, for diagnosis
     * @param unreadable called for each session in the database that was not sealed for its NetID with this secret
     */
    public SharedSessions(
            SessionDatabase database,
            SessionsSecret secret,
            InstantSource clock,
            SecureRandom random,
            boolean keepSecrets,
            Runnable unreadable) {
        this.database = database;
        this.seal = new SessionSeal(secret, clock, random);
        this.keepSecrets = keepSecrets;
        this.unreadable = unreadable;
    }

    @Override
    public CompletionStage<Arrival> keyArrived(NetId netId) {
        database.keyArrived(netId);
        return database.sessions(netId).handle((sessions, failure) -> {
            requireReached(failure);
            return new SealedArrival(netId, sessions);
        });
    }

    @Override
    public CompletionStage<Arrival> tokenArrived(NetId netId, Action action, byte[] token) {
        return database.tokenArrived(netId, tail(token), action).handle((sessions, failure) -> {
            requireReached(failure);
            return new SealedArrival(
                    netId,
                    sessions.orElseThrow(
                            () -> new CompletionException(new RefusedException(Refusal.TOKEN_OTHER_ACTION))));
        });
    }

    private static void requireReached(Throwable failure) {
        if (failure != null) {
            throw new CompletionException(new RefusedException(Refusal.SESSIONS_UNAVAILABLE, failure));
        }
    }

    private final class SealedArrival implements Arrival {
        private final NetId netId;
        private final List<SealedSession> sessions;

        SealedArrival(NetId netId, List<SealedSession> sessions) {
            this.netId = netId;
            this.sessions = sessions;
        }

        @Override
        public int length() {
            return sessions.stream()
                    .mapToInt(session -> session.sealed().length)
                    .sum();
        }

        @Override
        public OpenSessions sessions() {
            return open(netId, sessions);
        }
    }

    @Override
    public OpenSessions of(NetId netId) throws RefusedException {
        return open(netId, await(database.sessions(netId)));
    }

    @Override
    public OpenSessions keep(NetId netId, Session fresh) throws RefusedException {
        SealedSession sealed = seal.seal(netId, fresh);
        SealedSession kept;
        try {
            kept = await(database.add(netId, sealed));
        } catch (RefusedException e) {
            fresh.close();
            throw e;
        }
        if (Arrays.equals(kept.sealed(), sealed.sealed())) {
            return OpenSessions.owned(List.of(fresh));
        }
        fresh.close();
        OpenSessions open = open(netId, List.of(kept));
        if (open.list().isEmpty()) {
            // Somebody else wrote it. It blocks this client key until it is idle.
            throw new RefusedException(Refusal.SESSIONS_UNAVAILABLE);
        }
        return open;
    }

    @Override
    public void used(NetId netId, Session session) {
        database.used(netId, SessionSeal.id(session.clientKey()));
    }

    @Override
    public void authentic(NetId netId, byte[] token) {
        database.authentic(netId, tail(token));
    }

    @Override
    public void notAuthentic(NetId netId, byte[] token) {
        database.notAuthentic(netId, tail(token));
    }

    @Override
    public boolean mayHaveSentKey(NetId netId) throws RefusedException {
        return await(database.mayHaveSentKey(netId));
    }

    /** Closes nothing: the other responders go on, and have remembered the tokens that came to them. */
    @Override
    public void connectionLost() {}

    @Override
    public long count() {
        return database.count();
    }

    @Override
    public boolean needsSecrets() {
        return true;
    }

    private OpenSessions open(NetId netId, List<SealedSession> sealed) {
        List<Session> open = new ArrayList<>();
        for (SealedSession session : sealed) {
            seal.open(netId, session, keepSecrets).ifPresentOrElse(open::add, unreadable);
        }
        return OpenSessions.owned(open);
    }

    private static <T> T await(CompletionStage<T> result) throws RefusedException {
        CompletableFuture<T> future = result.toCompletableFuture();
        try {
            return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new RefusedException(Refusal.SESSIONS_UNAVAILABLE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.SESSIONS_UNAVAILABLE, e);
        }
    }

    /** Shorter tokens, which cannot be authentic, are filled up with zero bytes. */
    private static byte[] tail(byte[] token) {
        int length = SessionDatabase.TAIL_LENGTH;
        return Arrays.copyOfRange(token, Math.max(0, token.length - length), Math.max(length, token.length));
    }
}
