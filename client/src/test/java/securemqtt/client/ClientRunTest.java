package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;

class ClientRunTest {
    private static final int TIMEOUT_SECONDS = 60;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final VirtualClock clock = new VirtualClock();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean closed;
    private boolean showSecrets;

    @Test
    void printsOnlyTheAnswerAndANewline() throws Exception {
        assertEquals(ExitCode.ANSWERED, run(out, RespondingConnection::new));

        assertArrayEquals("HELLO\n".getBytes(StandardCharsets.UTF_8), out.toByteArray());
        assertEquals("", err.toString());
        assertTrue(closed);
    }

    @Test
    void showsSecretsWithTheTimeAlsoIfItIsNotVerbose() throws Exception {
        showSecrets = true;

        assertEquals(ExitCode.ANSWERED, run(out, RespondingConnection::new));

        List<String> lines = err.toString().lines().toList();
        assertTrue(lines.get(0).startsWith("     0 ms  private: the client's private value: 48 bytes, "), lines.get(0));
        assertEquals(12, lines.size(), err.toString());
        assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("     0 ms  step: ")), lines.toString());
        assertArrayEquals("HELLO\n".getBytes(StandardCharsets.UTF_8), out.toByteArray());
    }

    @Test
    void theDeadlineEndsTheRun() throws Exception {
        ExitCode exitCode = run(out, events -> new SilentConnection() {
            @Override
            public void connect() {
                clock.pass(TIMEOUT_SECONDS * 1_000_000_000L);
            }
        });

        assertEquals(ExitCode.BROKER_UNREACHABLE, exitCode);
        assertEquals(0, out.size());
        assertTrue(closed);
    }

    @Test
    void theDeadlineComesBeforeQueuedEvents() throws Exception {
        ExitCode exitCode = run(out, events -> new SilentConnection() {
            @Override
            public void connect() {
                clock.pass(TIMEOUT_SECONDS * 1_000_000_000L);
                events.accept(new Event.ConnectFailed(
                        new Failure(ExitCode.BROKER_REFUSED, "it did not want us", "ask it nicely")));
            }
        });

        assertEquals(ExitCode.BROKER_UNREACHABLE, exitCode);
    }

    @Test
    void reconnectsAfterTheDelayAndIgnoresLateEventsOfTheOldConnection() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExitCode exitCode = run(
                out,
                events -> made.incrementAndGet() == 1 ? new LostConnection(events) : new RespondingConnection(events));

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(2, made.get());
        assertTrue(clock.nanos() > 0 && clock.nanos() <= 200_000_000L, clock.nanos() + " ns");
        assertEquals("HELLO\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString());
    }

    /** The first connection is lost, the next two get no answer, and the fourth succeeds. */
    @Test
    void givesUpAReconnectionAfterTwelveSecondsOfSilence() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExitCode exitCode = run(out, events -> switch (made.incrementAndGet()) {
            case 1 -> new LostConnection(events);
            case 2, 3 -> new SilentConnection();
            default -> new RespondingConnection(events);
        });

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(4, made.get());
        assertTrue(clock.nanos() > 24_000_000_000L && clock.nanos() < 26_000_000_000L, clock.nanos() + " ns");
    }

    @Test
    void anErrorInAThreadOfTheConnectionEndsTheRun() {
        StackOverflowError fault = new StackOverflowError();

        assertSame(
                fault,
                assertThrows(
                        StackOverflowError.class,
                        () -> run(out, events -> new SilentConnection() {
                            @Override
                            public void connect() {
                                events.crashed(fault);
                            }
                        })));
        assertTrue(closed);
    }

    /** The queue holds 31 messages of 1 MiB, as each takes 1 KiB more than its payload. */
    @Test
    void aConnectionThatFillsTheQueueWaitsForSpace() throws Exception {
        AtomicInteger reported = new AtomicInteger();
        byte[] mebibyte = new byte[1 << 20];
        int[] reportedWhenFull = new int[1];
        CountDownLatch full = new CountDownLatch(31);
        ExitCode exitCode = run(out, events -> new RespondingConnection(events) {
            @Override
            public void publish(String topic, byte[] payload) {
                if (topic.equals("a/key-exchange/request")) {
                    Thread flood = new Thread(() -> {
                        for (int i = 0; i < 100; i++) {
                            events.accept(new Event.Received("a/uppercase/response", mebibyte, false));
                            reported.incrementAndGet();
                            full.countDown();
                        }
                    });
                    flood.setDaemon(true);
                    flood.start();
                    awaitUnchecked(full);
                    reportedWhenFull[0] = reported.get();
                }
                super.publish(topic, payload);
            }
        });

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(31, reportedWhenFull[0]);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aConnectionThatReportsAfterTheEndNeverWaits() throws Exception {
        AtomicReference<Consumer<Event>> reporter = new AtomicReference<>();
        run(out, events -> {
            reporter.set(events);
            return new RespondingConnection(events);
        });

        Thread flood = new Thread(() -> {
            for (int i = 0; i < 100_000; i++) {
                reporter.get().accept(new Event.Received("a/uppercase/response", new byte[0], false));
            }
        });
        flood.setDaemon(true);
        flood.start();
        flood.join(60_000);

        assertFalse(flood.isAlive());
    }

    @Test
    void anInterruptedRunClosesItsConnectionAndPrintsNothing() throws Exception {
        ExitCode exitCode = run(out, events -> new SilentConnection() {
            @Override
            public void connect() {
                events.accept(new Event.Interrupted());
            }
        });

        assertEquals(ExitCode.INTERRUPTED, exitCode);
        assertEquals("", err.toString());
        assertTrue(closed);
    }

    @Test
    void aFailurePrintsAnErrorLineAndAHintLine() throws Exception {
        ExitCode exitCode = run(out, events -> new SilentConnection() {
            @Override
            public void connect() {
                events.accept(new Event.ConnectFailed(
                        new Failure(ExitCode.BROKER_REFUSED, "it did not want us", "ask it nicely")));
            }
        });

        assertEquals(ExitCode.BROKER_REFUSED, exitCode);
        assertEquals("program: error: it did not want us\nprogram: hint: ask it nicely\n", err.toString());
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAFailure() throws Exception {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertEquals(ExitCode.OUTPUT_FAILED, run(full, RespondingConnection::new));
        assertTrue(err.toString().contains("No space left on device"));
    }

    /** A clock that goes forward only while the run waits for an event. */
    private static final class VirtualClock implements MonotonicClock {
        private long now;

        void pass(long nanos) {
            now += nanos;
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public <T> T poll(BlockingQueue<T> queue, long nanos) {
            T next = queue.poll();
            if (next == null) {
                pass(nanos);
            }
            return next;
        }
    }

    private interface Connections {
        Connection to(Connection.Listener events);
    }

    private ExitCode run(OutputStream answers, Connections connections) throws InterruptedException {
        Exchange exchange = new Exchange(
                new ExchangeRequest(
                        new NetId("a"),
                        Action.UPPERCASE,
                        "hello".getBytes(StandardCharsets.UTF_8),
                        Set.of(),
                        100,
                        showSecrets),
                () -> DhKeyPair.generate(DhGroup.lab(), RANDOM),
                InstantSource.system(),
                RANDOM);
        Terminal terminal = new Terminal("program", new PrintWriter(err), false, clock, 0);
        return new ClientRun(exchange, TIMEOUT_SECONDS, 0, clock, terminal, answers, connections::to).execute();
    }

    private class SilentConnection implements Connection {
        @Override
        public void connect() {}

        @Override
        public void subscribe(List<String> topics) {}

        @Override
        public void publish(String topic, byte[] payload) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    /** The broker accepts this connection and closes it. Reports another event after the run has replaced it. */
    private final class LostConnection extends SilentConnection {
        private final Consumer<Event> events;

        LostConnection(Consumer<Event> events) {
            this.events = events;
        }

        @Override
        public void connect() {
            events.accept(new Event.Connected("broker:1884"));
            events.accept(new Event.ConnectionLost(new Failure(ExitCode.BROKER_UNREACHABLE, "lost", "try again")));
        }

        @Override
        public void close() {
            events.accept(new Event.ConnectFailed(new Failure(ExitCode.BROKER_REFUSED, "no", "none")));
        }
    }

    /** Acts as broker and responder. */
    private class RespondingConnection extends SilentConnection {
        private final Consumer<Event> events;
        private Fernet fernet;

        RespondingConnection(Consumer<Event> events) {
            this.events = events;
        }

        @Override
        public void connect() {
            events.accept(new Event.Connected("broker:1884"));
        }

        @Override
        public void subscribe(List<String> topics) {
            events.accept(new Event.Subscribed(List.of(1, 1)));
        }

        @Override
        public void publish(String topic, byte[] payload) {
            byte[] answer = topic.equals("a/key-exchange/request") ? agree(payload) : fernet.encrypt(bytes("HELLO"));
            events.accept(new Event.Received(topic.replace("request", "response"), answer, false));
        }

        private byte[] agree(byte[] pem) {
            try {
                DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), RANDOM);
                fernet = new Fernet(
                        keyPair.agree(DhPublicKey.parse(DhGroup.lab(), pem)), InstantSource.system(), RANDOM);
                return keyPair.publicKey().toPem();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
