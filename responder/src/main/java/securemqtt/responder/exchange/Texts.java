package securemqtt.responder.exchange;

/**
 * The decrypted texts of a request and its answer. Both are private to the client and the responder.
 *
 * @param request the client's text, in UTF-8
 * @param response the transformed text, in UTF-8
 */
public record Texts(byte[] request, byte[] response) {
    /** Shows no text. */
    @Override
    public String toString() {
        return "Texts[" + request.length + " bytes, " + response.length + " bytes]";
    }
}
