package securemqtt.responder.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import securemqtt.responder.log.LogText;

/**
 * What client, broker and responder sent to one another in one case. A message that the broker passes on at once is one
 * step. Acknowledgements of messages are left out.
 */
record Conversation(List<Step> steps) {
    /** The first code of a SUBACK that refuses a subscription. */
    private static final int FIRST_FAILURE = 0x80;

    private static final int BYTE = 0xFF;

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
     * @param at the time since the broker started
     * @param route from the sender to the last receiver
     * @param isEnd whether the connection ended, so that nothing was sent
     * @param subject the packet's type, and its topic or client identifier; printable
     * @param details such as the size; printable
     */
    record Step(Duration at, List<Party> route, boolean isEnd, String subject, List<String> details) {
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
        List<Leg> legs = Stream.concat(
                        observed.packets().stream()
                                .filter(packet -> packet.type() != Packet.Type.PUBACK)
                                .map(packet -> Leg.ofClient(packet, connections)),
                        observed.responderMessages().stream().map(Leg::ofResponder))
                .sorted(Comparator.comparing(leg -> leg.packet().at()))
                .toList();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < legs.size(); i++) {
            Leg leg = legs.get(i);
            boolean isPassedOn = i + 1 < legs.size() && leg.isPassedOnBy(legs.get(i + 1));
            steps.add(isPassedOn ? leg.joined(legs.get(i + 1)) : leg.step(leg.route()));
            if (isPassedOn) {
                i++;
            }
        }
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
        return Stream.concat(Stream.of(columns, step.subject()), step.details().stream())
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

        /** Whether the next packet is the same message, on its way to the other side. */
        boolean isPassedOnBy(Leg next) {
            return packet.type() == Packet.Type.PUBLISH
                    && next.packet.type() == Packet.Type.PUBLISH
                    && packet.isFromClient()
                    && !next.packet.isFromClient()
                    && isOfClient != next.isOfClient
                    && packet.name().equals(next.packet.name())
                    && Arrays.equals(packet.payload(), next.packet.payload());
        }

        /** The time is that of the first leg. Everything else is what the client sent or received. */
        Step joined(Leg next) {
            Step clients = isOfClient ? step(route()) : next.step(route());
            List<Party> all = List.of(route().get(0), Party.BROKER, next.route().get(1));
            return new Step(packet.at(), all, false, clients.subject(), clients.details());
        }

        Step step(List<Party> route) {
            String name = LogText.of(packet.name());
            return switch (packet.type()) {
                case CONNECT ->
                    made(route, name.isEmpty() ? "CONNECT without a client identifier" : "CONNECT as " + name);
                case CONNACK -> made(route, "CONNACK", code("accepted", packet.qos(), 1));
                case SUBSCRIBE, UNSUBSCRIBE -> subscription(route, packet.type() + " " + name);
                case SUBACK -> made(route, "SUBACK", code("granted QoS " + packet.qos(), packet.qos(), FIRST_FAILURE));
                case PUBLISH -> message(route, "PUBLISH " + name);
                case PUBACK, DISCONNECT -> made(route, packet.type().name());
                case CLOSE -> made(route, "connection closed");
            };
        }

        private Step subscription(List<Party> route, String subject) {
            return packet.type() == Packet.Type.SUBSCRIBE
                    ? made(route, subject, "QoS " + packet.qos())
                    : made(route, subject);
        }

        private Step message(List<Party> route, String subject) {
            int size = packet.payload().length;
            return made(
                    route,
                    subject,
                    size == 1 ? "1 byte" : size + " bytes",
                    "QoS " + packet.qos(),
                    packet.isRetained() ? "retained" : "",
                    packet.isDuplicate() ? "sent again" : "");
        }

        private static String code(String success, int code, int firstFailure) {
            int unsigned = code & BYTE;
            return unsigned < firstFailure ? success : "refused, code " + unsigned;
        }

        /** Leaves empty details out. */
        private Step made(List<Party> route, String subject, String... details) {
            return new Step(
                    packet.at(),
                    route,
                    packet.type() == Packet.Type.CLOSE,
                    subject,
                    Stream.concat(Stream.of(details), Stream.of(connection))
                            .filter(detail -> !detail.isEmpty())
                            .toList());
        }
    }
}
