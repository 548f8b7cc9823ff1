/** Messages in and out: threads, fairness, overload, and the log of refusals. It knows {@code exchange}, and nothing of the broker. */
package securemqtt.responder.channel;
