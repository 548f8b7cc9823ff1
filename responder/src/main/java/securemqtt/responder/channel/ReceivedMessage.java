package securemqtt.responder.channel;

import java.time.Instant;

/**
 * A message as the broker delivered it. All but number and time is the sender's choice.
 *
 * @param number counts the messages since the start, in the order of arrival
 * @param time when it arrived
 * @param qos the QoS with which the broker delivered it: 0, 1 or 2
 * @param isRetained whether the broker had kept it
 */
public record ReceivedMessage(long number, Instant time, String topic, int qos, boolean isRetained, byte[] payload) {}
