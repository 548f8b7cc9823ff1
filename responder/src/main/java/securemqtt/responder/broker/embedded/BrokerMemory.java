package securemqtt.responder.broker.embedded;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the connections to the embedded broker share.
 *
 * @param subscriptions bytes for all subscriptions
 * @param wills bytes for all wills
 * @param retained the messages that are kept for topics
 * @param free bytes that may still wait for subscribers
 * @param log told of what is done about strangers
 */
record BrokerMemory(
        Allowance subscriptions,
        Allowance wills,
        RetainedTopics retained,
        LongSupplier free,
        Consumer<BrokerEvent> log) {}
