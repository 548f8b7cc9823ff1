/**
 * What both programs need to reach a broker: the authorities to trust, the login, and the reason of a failed
 * connection. It depends neither on the programs nor on Quarkus.
 */
package securemqtt.broker;
