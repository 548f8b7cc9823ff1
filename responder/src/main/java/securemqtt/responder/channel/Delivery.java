package securemqtt.responder.channel;

import securemqtt.responder.management.Metrics;

/**
 * A message, with what has to happen when it is dealt with.
 *
 * @param measurement counts its outcome
 * @param acknowledgement tells the broker that nobody else needs to deal with it; run it once. It does nothing if the broker
 *     already knows.
 */
record Delivery(ReceivedMessage message, Metrics.Measurement measurement, Runnable acknowledgement) {}
