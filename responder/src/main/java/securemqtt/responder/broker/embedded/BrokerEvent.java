package securemqtt.responder.broker.embedded;

/** The measures that the embedded broker takes against clients. The log counts each kind, in one line a second. */
enum BrokerEvent {
    SILENT("closed", "connection", "on which nothing was sent in time"),
    SLOW_PACKET("closed", "connection", "that did not finish a packet in time"),
    UNFINISHED("closed", "connection", "with unfinished packets, because too many bytes were waiting"),
    NOT_MQTT("closed", "connection", "that did not speak MQTT"),
    MALFORMED("closed", "connection", "that sent packets which MQTT does not allow"),
    TOO_LARGE("closed", "connection", "that sent too large a packet"),
    TOO_MANY_PROPERTIES("closed", "connection", "that sent too many properties"),
    CLIENT_IDENTIFIER("closed", "connection", "that sent too long a client identifier"),
    TOPIC(
            "closed",
            "connection",
            "that sent an invalid topic, or one of more than " + TopicRules.MAX_LEVELS + " levels"),
    FILTER(
            "closed",
            "connection",
            "that sent an invalid topic filter, or one of more than " + TopicRules.MAX_LEVELS + " levels"),
    SUBSCRIPTIONS(
            "closed",
            "connection",
            "that subscribed to more than " + PacketChecks.MAX_SUBSCRIPTIONS + " topic filters"),
    QOS_2(
            "closed",
            "connection",
            "that left more than " + PacketChecks.MAX_UNRELEASED + " messages of QoS 2 unreleased"),
    NOT_READING("closed", "connection", "that did not read in time"),
    SLOW_SUBSCRIBER("closed", "connection", "that read too slowly, because too many bytes were waiting"),
    NO_MEMORY("closed", "connection", "because there was no memory left for subscriptions or wills"),
    CONNECTIONS("closed", "connection", "beyond the most that memory allows"),
    TOPICS("dropped", "message", "to new topics, because there were too many"),
    RETAINED("did not keep", "retained message", "because there were too many");

    private final String verb;
    private final String noun;
    private final String cause;

    BrokerEvent(String verb, String noun, String cause) {
        this.verb = verb;
        this.noun = noun;
        this.cause = cause;
    }

    /** @param count how many times it happened, at least 1 */
    String text(int count) {
        return verb + " " + count + " " + noun + (count == 1 ? " " : "s ") + cause;
    }
}
