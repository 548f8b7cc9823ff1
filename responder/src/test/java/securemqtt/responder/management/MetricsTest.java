package securemqtt.responder.management;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.Topics;

class MetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Metrics metrics = new Metrics(registry);

    @Test
    void countsAKeyExchangeByItsOutcome() {
        measurement(new Topics.KeyExchange(new NetId("a"))).answered();
        measurement(new Topics.KeyExchange(new NetId("b"))).refused(Refusal.KEY_NOT_PEM);
        measurement(new Topics.KeyExchange(new NetId("c"))).failed();

        assertEquals(
                Map.of(
                        "secure.mqtt.key.exchanges{outcome=answered}", 1.0,
                        "secure.mqtt.key.exchanges{outcome=refused}", 1.0,
                        "secure.mqtt.key.exchanges{outcome=failed}", 1.0,
                        "secure.mqtt.refusals{reason=key-not-pem}", 1.0,
                        "secure.mqtt.key.exchange.duration{}", 1.0),
                counted());
    }

    @Test
    void countsAnActionByItsNameAndOutcome() {
        measurement(new Topics.Transform(new NetId("a"), Action.TITLE_CASE)).answered();
        measurement(new Topics.Transform(new NetId("b"), Action.REVERSE)).refused(Refusal.NO_SESSION);

        assertEquals(
                Map.of(
                        "secure.mqtt.actions{action=title-case, outcome=answered}", 1.0,
                        "secure.mqtt.actions{action=reverse, outcome=refused}", 1.0,
                        "secure.mqtt.refusals{reason=no-session}", 1.0,
                        "secure.mqtt.action.duration{}", 1.0),
                counted());
    }

    @Test
    void countsAMessageThatIsNoRequestOnlyAsRefused() {
        metrics.received().refused(Refusal.TOPIC_NOT_A_REQUEST);

        assertEquals(Map.of("secure.mqtt.refusals{reason=topic-not-a-request}", 1.0), counted());
    }

    @Test
    void countsAnAnswerThatWasNotSent() {
        metrics.received().notSent();

        assertEquals(Map.of("secure.mqtt.answers.not.sent{}", 1.0), counted());
    }

    @Test
    void countsAnswersInDoubt() {
        metrics.inDoubt(3);

        assertEquals(Map.of("secure.mqtt.answers.in.doubt{}", 3.0), counted());
    }

    private Metrics.Measurement measurement(Topics.Request request) {
        Metrics.Measurement measurement = metrics.received();
        measurement.setRequest(request);
        return measurement;
    }

    /** All meters that are not 0: the values of counters, and how many times a timer was used. */
    private Map<String, Double> counted() {
        Map<String, Double> counted = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            double count = meter.measure().iterator().next().getValue();
            if (count > 0 && !meter.getId().getName().endsWith(".histogram")) {
                String labels = meter.getId().getTags().stream()
                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
                counted.put(meter.getId().getName() + labels, count);
            }
        }
        return counted;
    }
}
