/**
 * MQTT 3.1.1 as this client uses it: a clean session, subscriptions and messages at QoS 0 and 1. It knows bytes and packets, and
 * neither sockets nor threads nor what a message means.
 */
package securemqtt.client.mqtt;
