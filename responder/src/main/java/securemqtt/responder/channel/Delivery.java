package securemqtt.responder.channel;

import securemqtt.responder.management.Metrics;

/**
 * A received message, with the actions for when it is answered or refused.
 *
 * @param measurement counts its outcome
 * @param acknowledgement acknowledges the message to the broker. Run it once. It does nothing if the message was
 *     acknowledged on arrival.
 */
record Delivery(ReceivedMessage message, Metrics.Measurement measurement, Runnable acknowledgement) {}
