/**
 * The part of MQTT 3.1.1 that the client uses: clean sessions, and messages at QoS 0 and 1. The package turns packets
 * into bytes and back. It knows no sockets, no threads and no meaning of a message.
 */
package securemqtt.client.mqtt;
