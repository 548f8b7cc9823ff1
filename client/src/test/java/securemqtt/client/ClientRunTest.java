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

    private final VirtualTime time = new VirtualTime();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean closed;

    @Test
    void theAnswerAndANewlineAreAllThatIsPrinted() throws Exception {
        assertEquals(ExitCode.ANSWERED, run(out, Answering::new));

        assertArrayEquals("HELLO\n".getBytes(StandardCharsets.UTF_8), out.toByteArray());
        assertEquals("", err.toString());
        assertTrue(closed);
    }

    @Test
    void theDeadlineEndsTheRunWithoutAnAnswer() throws Exception {
        ExitCode exitCode = run(out, events -> new Silent() {
            @Override
            public void connect() {
                time.pass(TIMEOUT_SECONDS * 1_000_000_000L);
            }
        });

        assertEquals(ExitCode.BROKER_UNREACHABLE, exitCode);
        assertEquals(0, out.size());
        assertTrue(closed);
    }

    @Test
    void theDeadlineComesBeforeWhatStillWaits() throws Exception {
        ExitCode exitCode = run(out, events -> new Silent() {
            @Override
            public void connect() {
                time.pass(TIMEOUT_SECONDS * 1_000_000_000L);
                events.accept(new Event.ConnectFailed(
                        new Failure(ExitCode.BROKER_REFUSED, "it did not want us", "ask it nicely")));
            }
        });

        assertEquals(ExitCode.BROKER_UNREACHABLE, exitCode);
    }

    @Test
    void aLostConnectionIsReplacedWhenItsTimeHasComeAndNothingIsHeardOfItAnyMore() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExitCode exitCode = run(out, events -> made.incrementAndGet() == 1 ? new Lost(events) : new Answering(events));

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(2, made.get());
        assertTrue(time.nanos() > 0 && time.nanos() <= 200_000_000L, time.nanos() + " ns");
        assertEquals("HELLO\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString());
    }

    /** Lost, then two brokers that fall silent, then one that answers: each silence is worth twelve seconds. */
    @Test
    void aBrokerThatFallsSilentWhenConnectedToAgainIsGivenUpInTime() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExitCode exitCode = run(out, events -> switch (made.incrementAndGet()) {
            case 1 -> new Lost(events);
            case 2, 3 -> new Silent();
            default -> new Answering(events);
        });

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(4, made.get());
        assertTrue(time.nanos() > 24_000_000_000L && time.nanos() < 26_000_000_000L, time.nanos() + " ns");
    }

    @Test
    void anErrorOfTheConnectionEndsTheRun() {
        StackOverflowError fault = new StackOverflowError();

        assertSame(
                fault,
                assertThrows(
                        StackOverflowError.class,
                        () -> run(out, events -> new Silent() {
                            @Override
                            public void connect() {
                                events.crashed(fault);
                            }
                        })));
        assertTrue(closed);
    }

    /** What waits unseen is bounded: beyond that the thread that reads from the connection is held up. */
    @Test
    void whoReportsMoreThanFitsWaitsUntilSomeOfItWasLookedAt() throws Exception {
        AtomicInteger reported = new AtomicInteger();
        byte[] mebibyte = new byte[1 << 20];
        int[] reportedBeforeFirstLook = new int[1];
        CountDownLatch full = new CountDownLatch(31);
        ExitCode exitCode = run(out, events -> new Answering(events) {
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
                    reportedBeforeFirstLook[0] = reported.get();
                }
                super.publish(topic, payload);
            }
        });

        assertEquals(ExitCode.ANSWERED, exitCode);
        assertEquals(31, reportedBeforeFirstLook[0]);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoReportsAfterTheEndIsNeverHeldUp() throws Exception {
        AtomicReference<Consumer<Event>> reporter = new AtomicReference<>();
        run(out, events -> {
            reporter.set(events);
            return new Answering(events);
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
    void anInterruptedRunEndsWithoutAWordAndClosesItsConnection() throws Exception {
        ExitCode exitCode = run(out, events -> new Silent() {
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
    void aFailureIsOneLineThatSaysWhatWentWrongAndOneThatSaysWhatToDo() throws Exception {
        ExitCode exitCode = run(out, events -> new Silent() {
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

        assertEquals(ExitCode.OUTPUT_FAILED, run(full, Answering::new));
        assertTrue(err.toString().contains("No space left on device"));
    }

    /** Passes only when nothing else happens. */
    private static final class VirtualTime implements MonotonicClock {
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
                        new NetId("a"), Action.UPPERCASE, "hello".getBytes(StandardCharsets.UTF_8), Set.of(), 100),
                () -> DhKeyPair.generate(DhGroup.lab(), RANDOM),
                InstantSource.system(),
                RANDOM);
        Terminal terminal = new Terminal("program", new PrintWriter(err), false, time, 0);
        return new ClientRun(exchange, TIMEOUT_SECONDS, 0, time, terminal, answers, connections::to).execute();
    }

    private class Silent implements Connection {
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

    /** Is accepted and then lost, and reports a refusal when it is replaced already. */
    private final class Lost extends Silent {
        private final Consumer<Event> events;

        Lost(Consumer<Event> events) {
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

    /** A broker and a responder in one. */
    private class Answering extends Silent {
        private final Consumer<Event> events;
        private Fernet fernet;

        Answering(Consumer<Event> events) {
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
