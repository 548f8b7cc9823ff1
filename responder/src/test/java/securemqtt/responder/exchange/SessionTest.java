package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

class SessionTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhKeyPair CLIENT = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair OURS = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final byte[] TEXT = {'x'};

    /** Uses the session's key itself, not a copy, so it works until the session wipes the key. */
    private Fernet ours;

    private Fernet clients;
    private Session session;

    @BeforeEach
    void open() throws RefusedException {
        SessionKey key = OURS.agree(CLIENT.publicKey());
        ours = new Fernet(key, InstantSource.system(), RANDOM);
        clients = new Fernet(CLIENT.agree(OURS.publicKey()), InstantSource.system(), RANDOM);
        session = new Session(CLIENT.publicKey(), OURS.publicKey(), key, ours, Optional.empty());
    }

    @Test
    void aClosedSessionRefusesRequestsAndWipesItsKey() {
        session.close();

        assertRefused();
        assertWiped();
    }

    @Test
    void closingDoesNotWaitForAnAnswerInProgress() throws Exception {
        byte[] answer = session.answer(token(), text -> {
            onAnotherThread(session::close);
            assertRefused();
            return text;
        });

        assertArrayEquals(TEXT, clients.decrypt(answer));
        assertWiped();
    }

    @Test
    void answersConcurrentlyAndTheLastAnswerWipesTheKey() throws Exception {
        byte[] answer = session.answer(token(), outer -> {
            onAnotherThread(this::answerAndClose);
            return outer;
        });

        assertArrayEquals(TEXT, clients.decrypt(answer));
        assertWiped();
    }

    @Test
    void aRefusedTokenDoesNotKeepTheKey() {
        assertThrows(RefusedException.class, () -> session.answer(new byte[0], text -> text));

        session.close();

        assertWiped();
    }

    private void answerAndClose() {
        try {
            session.answer(token(), inner -> {
                session.close();
                return inner;
            });
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs the task on another thread, and waits for its end. */
    private static void onAnotherThread(Runnable work) {
        try {
            CompletableFuture.runAsync(work).get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] token() {
        return clients.encrypt(TEXT);
    }

    private void assertRefused() {
        assertEquals(
                Refusal.NO_SESSION,
                assertThrows(RefusedException.class, () -> session.answer(token(), text -> text))
                        .refusal());
    }

    private void assertWiped() {
        assertThrows(IllegalStateException.class, () -> ours.encrypt(TEXT));
    }
}
