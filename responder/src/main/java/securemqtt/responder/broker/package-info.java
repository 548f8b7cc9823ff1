/** The connection to the broker: addresses, TLS, login, and why it fails. It knows nothing of requests. */
package securemqtt.responder.broker;
