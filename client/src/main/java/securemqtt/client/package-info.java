/**
 * The client. {@link securemqtt.client.SecureMqttClient} reads the arguments. {@link securemqtt.client.ClientRun}
 * hands the events of a {@link securemqtt.client.Connection} to {@link securemqtt.client.Exchange}, which decides
 * what to do, and performs the effects that it returns.
 */
package securemqtt.client;
