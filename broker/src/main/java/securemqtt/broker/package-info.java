/**
 * Reaching a broker: the addresses behind its name, and the files that say whom to trust and who we are. Client and responder
 * share it, and it knows neither of them, nor Quarkus.
 */
package securemqtt.broker;
