/** The embedded MQTT broker, and what it refuses. Knows nothing of the service. */
package securemqtt.responder.broker.embedded;
