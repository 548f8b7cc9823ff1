package securemqtt.responder.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import securemqtt.responder.log.LogText;

/**
 * What client, broker and responder sent to one another in one case. A message that the broker passes on at once is
 * one step. Acknowledgements of messages are left out.
 */
record Conversation(List<Step> steps) {
    /** The first code of a SUBACK that refuses a subscription. */
    private static final int FIRST_FAILURE = 0x80;

    private static final int BYTE = 0xFF;

    /** The broker passes a message on in less time, also on a busy computer. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    enum Party {
        CLIENT,
        BROKER,
        RESPONDER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One line, or one row of arrows.
     *
     * @param at the time since the broker started; for a message that the broker passes on, when the client sent or
     *     received it
     * @param route from the sender to the last receiver
     * @param isEnd whether the connection ended, so that nothing was sent
     * @param type the packet's type
     * @param name the topic, topic filter or client identifier, printable; empty if there is none
     * @param details such as the size; printable
     */
    record Step(Duration at, List<Party> route, boolean isEnd, String type, String name, List<String> details) {
        String time() {
            return String.format(Locale.ROOT, "%.3f s", at.toMillis() / 1000.0);
        }

        /** Such as {@code client → broker}. */
        String arrows() {
            return route.stream().map(Party::toString).collect(Collectors.joining(isEnd ? " × " : " → "));
        }
    }

    static Conversation of(Observation observed) {
        List<Long> connections =
                observed.packets().stream().map(Packet::connection).distinct().toList();
        List<Packet> responders = new ArrayList<>(observed.responderMessages());
        List<Step> steps = new ArrayList<>();
        for (Packet packet : observed.packets()) {
            if (packet.type() != Packet.Type.PUBACK) {
                Leg leg = Leg.ofClient(packet, connections);
                Optional<Packet> other =
                        responders.stream().filter(leg::isPassedOn).findFirst();
                other.ifPresent(responders::remove);
                steps.add(other.isPresent() ? leg.joinedStep() : leg.step(leg.route()));
            }
        }
        responders.stream()
                .map(Leg::ofResponder)
                .map(leg -> leg.step(leg.route()))
                .forEach(steps::add);
        steps.sort(Comparator.comparing(Step::at));
        return new Conversation(List.copyOf(steps));
    }

    /** Lines with aligned columns; the middle is left out if there are many. */
    List<String> lines(int most) {
        int widest =
                steps.stream().mapToInt(step -> step.arrows().length()).max().orElse(0);
        int longestTime =
                steps.stream().mapToInt(step -> step.time().length()).max().orElse(0);
        Excerpt<Step> excerpt = Excerpt.of(steps, most);
        return Stream.of(
                        excerpt.first().stream().map(step -> line(step, longestTime, widest)),
                        excerpt.omitted() == 0
                                ? Stream.<String>empty()
                                : Stream.of("[… " + excerpt.omitted() + " steps left out]"),
                        excerpt.last().stream().map(step -> line(step, longestTime, widest)))
                .flatMap(part -> part)
                .toList();
    }

    private static String line(Step step, int longestTime, int widest) {
        String columns = " ".repeat(longestTime - step.time().length()) + step.time() + "  " + step.arrows()
                + " ".repeat(widest - step.arrows().length());
        String subject = step.name().isEmpty() ? step.type() : step.type() + " " + step.name();
        return Stream.concat(Stream.of(columns, subject), step.details().stream())
                .collect(Collectors.joining("  "));
    }

    /**
     * A packet on one connection.
     *
     * @param isOfClient whether it is a connection of the client, otherwise of a responder
     * @param connection such as {@code connection 2}; empty if the client has only one
     */
    private record Leg(Packet packet, boolean isOfClient, String connection) {
        static Leg ofClient(Packet packet, List<Long> connections) {
            return new Leg(
                    packet,
                    true,
                    connections.size() == 1 ? "" : "connection " + (connections.indexOf(packet.connection()) + 1));
        }

        static Leg ofResponder(Packet packet) {
            return new Leg(packet, false, "");
        }

        List<Party> route() {
            Party peer = isOfClient ? Party.CLIENT : Party.RESPONDER;
            return packet.isFromClient() ? List.of(peer, Party.BROKER) : List.of(Party.BROKER, peer);
        }

        /** Whether a responder's packet is this message of the client on the other side of the broker. */
        boolean isPassedOn(Packet other) {
            return packet.type() == Packet.Type.PUBLISH
                    && packet.isFromClient() != other.isFromClient()
                    && packet.name().equals(other.name())
                    && Arrays.equals(packet.payload(), other.payload())
                    && packet.at().minus(other.at()).abs().compareTo(AT_ONCE) <= 0;
        }

        /** From the client to the responder or back. */
        Step joinedStep() {
            return step(
                    packet.isFromClient()
                            ? List.of(Party.CLIENT, Party.BROKER, Party.RESPONDER)
                            : List.of(Party.RESPONDER, Party.BROKER, Party.CLIENT));
        }

        Step step(List<Party> route) {
            boolean isEnd = packet.type() == Packet.Type.CLOSE;
            return new Step(
                    packet.at(),
                    route,
                    isEnd,
                    isEnd ? "connection closed" : packet.type().name(),
                    LogText.of(packet.name()),
                    Stream.concat(details(), Stream.of(connection))
                            .filter(detail -> !detail.isEmpty())
                            .toList());
        }

        /** Some may be empty. */
        private Stream<String> details() {
            int qos = packet.qos();
            return switch (packet.type()) {
                case CONNECT -> Stream.of(packet.name().isEmpty() ? "no client identifier" : "");
                case CONNACK -> Stream.of(code("accepted", qos, 1));
                case SUBSCRIBE -> Stream.of("QoS " + qos);
                case SUBACK -> Stream.of(code("granted QoS " + qos, qos, FIRST_FAILURE));
                case PUBLISH ->
                    Stream.of(
                            packet.payload().length == 1 ? "1 byte" : packet.payload().length + " bytes",
                            "QoS " + qos,
                            packet.isRetained() ? "retained" : "",
                            packet.isDuplicate() ? "sent again" : "");
                case UNSUBSCRIBE, PUBACK, DISCONNECT, CLOSE -> Stream.empty();
            };
        }

        private static String code(String success, int code, int firstFailure) {
            int unsigned = code & BYTE;
            return unsigned < firstFailure ? success : "refused, code " + unsigned;
        }
    }
}
