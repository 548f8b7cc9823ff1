package securemqtt.responder.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * What happened in one case.
 *
 * @param runs of the client, in their order
 * @param packets of the client's connections
 * @param refused what the responder refused
 */
record Observation(List<ClientRun> runs, List<Packet> packets, List<RefusedRequest> refused) {
    /** The last run. */
    ClientRun run() {
        return runs.get(runs.size() - 1);
    }

    /** The messages that the client published. */
    Stream<Packet> published() {
        return packets.stream().filter(packet -> packet.isFromClient() && packet.type() == Packet.Type.PUBLISH);
    }
}
