package securemqtt.responder.exchange;

/**
 * A session as it is kept outside of this process: encrypted, and bound to its NetID.
 *
 * @param id names the session among those of its NetID: the SHA-256 of the client's public value, as 64 lower-case hex
 *     digits
 * @param sealed as {@link SessionSeal} makes it
 */
public record SealedSession(String id, byte[] sealed) {
    /** The identifier only. */
    @Override
    public String toString() {
        return "SealedSession[" + id + "]";
    }
}
