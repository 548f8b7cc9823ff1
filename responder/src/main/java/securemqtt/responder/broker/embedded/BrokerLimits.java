package securemqtt.responder.broker.embedded;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The limits that all connections to the embedded broker share.
 *
 * @param subscriptions the limit of all subscriptions, in bytes
 * @param wills the limit of all wills, in bytes
 * @param retained the retained messages
 * @param freeBytes how many more bytes may wait for subscribers
 * @param log receives an event for each message that is dropped and each connection that is closed
 */
record BrokerLimits(
        MemoryLimit subscriptions,
        MemoryLimit wills,
        RetainedTopics retained,
        LongSupplier freeBytes,
        Consumer<BrokerEvent> log) {}
