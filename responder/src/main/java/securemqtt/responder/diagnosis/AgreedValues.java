package securemqtt.responder.diagnosis;

/**
 * The numbers of one key exchange, each as 512 bytes, big-endian. The arrays are the caller's, who wipes the secret.
 *
 * @param secret the shared secret Z
 * @param client the client's public value
 * @param responder the responder's public value
 */
public record AgreedValues(byte[] secret, byte[] client, byte[] responder) {
    /** Shows nothing. */
    @Override
    public String toString() {
        return "AgreedValues";
    }
}
