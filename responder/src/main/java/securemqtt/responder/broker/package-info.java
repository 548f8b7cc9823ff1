/** The connection to the broker: addresses, TLS, login, and why it fails. Knows nothing of requests. */
package securemqtt.responder.broker;
