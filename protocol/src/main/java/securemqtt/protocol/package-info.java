/**
 * The wire protocol of the lab's secure MQTT exchange: topics, Diffie-Hellman public keys, the session key derived
 * from them, and Fernet tokens.
 *
 * <p>This package opens no connection. Callers pass in the clock and the random source. A caller's mistake throws an
 * unchecked exception. Every invalid message from a peer throws {@link securemqtt.protocol.RefusedException}.
 */
package securemqtt.protocol;
