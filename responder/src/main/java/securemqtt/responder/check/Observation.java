package securemqtt.responder.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * What happened in one case.
 *
 * @param runs of the client, in their order
 * @param packets of the client's connections
 * @param refused what the responder refused
 * @param responderMessages the PUBLISH packets of the responders' connections; {@link Packet#isFromClient} tells
 *     there that the responder sent it
 */
record Observation(
        List<ClientRun> runs, List<Packet> packets, List<RefusedRequest> refused, List<Packet> responderMessages) {
    /** Without the messages of the responders' connections, which no expectation looks at. */
    Observation(List<ClientRun> runs, List<Packet> packets, List<RefusedRequest> refused) {
        this(runs, packets, refused, List.of());
    }

    /** The last run. */
    ClientRun run() {
        return runs.get(runs.size() - 1);
    }

    /** The messages that the client published. */
    Stream<Packet> published() {
        return packets.stream().filter(packet -> packet.isFromClient() && packet.type() == Packet.Type.PUBLISH);
    }
}
