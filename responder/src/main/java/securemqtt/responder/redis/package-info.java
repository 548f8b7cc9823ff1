/**
 * Keeps sealed sessions in Redis: the connection, what is wrong with it in words, and the commands. Knows neither keys nor
 * messages.
 */
package securemqtt.responder.redis;
