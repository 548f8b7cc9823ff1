package securemqtt.responder.channel;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The requests that are neither answered nor refused yet. Each is acknowledged when it is settled, so that the broker may
 * hand it to another responder if this one fails before. While the responder stops, requests are acknowledged at once: some brokers
 * hand unacknowledged requests to another responder as soon as this one unsubscribes, and both would answer.
 */
final class UnsettledRequests {
    private final Set<Request> requests = new HashSet<>();
    private boolean atOnce;

    /** A request that waits for its answer. */
    final class Request {
        private final Runnable acknowledgement;
        private boolean acknowledged;

        private Request(Runnable acknowledgement) {
            this.acknowledgement = acknowledgement;
        }

        /** Call this once the request is answered or refused. */
        void settle() {
            synchronized (UnsettledRequests.this) {
                acknowledge();
                requests.remove(this);
                UnsettledRequests.this.notifyAll();
            }
        }

        private void acknowledge() {
            if (!acknowledged) {
                acknowledged = true;
                acknowledgement.run();
            }
        }
    }

    /** @param acknowledgement acknowledges the request; must not wait */
    synchronized Request add(Runnable acknowledgement) {
        Request request = new Request(acknowledgement);
        requests.add(request);
        if (atOnce) {
            request.acknowledge();
        }
        return request;
    }

    /** Acknowledges all requests now, and further ones when they arrive. */
    synchronized void acknowledgeAtOnce() {
        atOnce = true;
        List.copyOf(requests).forEach(Request::acknowledge);
    }

    /** From now on, acknowledges each request when it is settled. */
    synchronized void acknowledgeWhenSettled() {
        atOnce = false;
    }

    /**
     * Waits until all requests are settled.
     *
     * @param deadline as {@link System#nanoTime}
     * @return whether they were before the deadline
     */
    synchronized boolean awaitNone(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime();
                !requests.isEmpty() && left > 0;
                left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
        return requests.isEmpty();
    }
}
