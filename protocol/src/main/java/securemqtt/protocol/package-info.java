/**
 * What is on the wire of the lab's secure MQTT exchange: topics, Diffie-Hellman public keys, the key derived from them
 * and Fernet tokens.
 *
 * <p>Nothing here opens a connection, reads a clock or draws random numbers on its own account: callers hand both in.
 * Wrong use by the caller throws an unchecked exception; bytes from a peer that are not acceptable throw
 * {@link securemqtt.protocol.RefusedException}, whatever is wrong with them.
 */
package securemqtt.protocol;
