/** The MQTT broker in this process, and what it refuses of its clients. It knows nothing of the service beside it. */
package securemqtt.responder.broker.embedded;
