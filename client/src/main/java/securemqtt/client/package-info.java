/**
 * What one run of the client does. {@link securemqtt.client.SecureMqttClient} reads the arguments,
 * {@link securemqtt.client.ClientRun} carries events from the broker to {@link securemqtt.client.Exchange}, which decides what
 * happens next, and does what it says.
 */
package securemqtt.client;
