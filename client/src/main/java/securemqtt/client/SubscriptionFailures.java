package securemqtt.client;

import java.util.List;
import java.util.Optional;

/** Explains to the user why the broker's answer to the subscriptions (MQTT 3.1.1, section 3.9) ends the run. */
final class SubscriptionFailures {
    private static final int REFUSED = 128;
    private static final int NEEDED_QOS = 1;

    private SubscriptionFailures() {}

    /**
     * Checks that the broker granted QoS 1 for every topic.
     *
     * @param grantedQos one return code for each topic, as in {@link Event.Subscribed}
     * @return empty if the exchange can go on
     */
    static Optional<Failure> check(List<String> topics, List<Integer> grantedQos) {
        if (grantedQos.size() != topics.size()) {
            return failure(
                    "the broker acknowledged " + grantedQos.size() + " subscriptions out of " + topics.size(),
                    "this is not how MQTT 3.1.1 works: try another broker");
        }
        if (grantedQos.contains(REFUSED)) {
            return failure(
                    "the broker refused the subscription to " + topics.get(grantedQos.indexOf(REFUSED)),
                    "its access rules may allow other NetIDs only");
        }
        if (!grantedQos.stream().allMatch(granted -> granted == NEEDED_QOS)) {
            return failure(
                    "the broker granted QoS " + grantedQos + " for the subscriptions, but the exchange needs QoS "
                            + NEEDED_QOS,
                    "ask the broker's operator to allow QoS " + NEEDED_QOS);
        }
        return Optional.empty();
    }

    private static Optional<Failure> failure(String problem, String hint) {
        return Optional.of(new Failure(ExitCode.BROKER_REFUSED, problem, hint));
    }
}
