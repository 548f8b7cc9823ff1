/**
 * Receives requests and sends answers: threads, fair queues, overload, and the log of refusals. Knows {@code
 * exchange}, and nothing of the broker.
 */
package securemqtt.responder.channel;
