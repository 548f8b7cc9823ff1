/**
 * Decides the answer to each request: sessions, actions on texts, and the responder's identity. Knows neither
 * messaging nor Quarkus.
 */
package securemqtt.responder.exchange;
