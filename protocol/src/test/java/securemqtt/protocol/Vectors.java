package securemqtt.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The known answers of vectors.json. */
final class Vectors {
    private static final JsonNode ROOT = read();

    private Vectors() {}

    /** The key pairs of two sides, and the shared secret, session key and token that follow from them. */
    record Exchange(
            String name, Side a, Side b, byte[] sharedSecret, byte[] derivedKey, int leadingZeroBytes, Token token) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Side(DhKeyPair keyPair, String pem) {}

    record Token(long time, byte[] iv, byte[] plaintext, byte[] token) {}

    /** A message from a peer, and whether it must be accepted or refused. */
    record Case(String name, boolean accept, byte[] input) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Exchange> exchanges() {
        return elements("vectors").map(Vectors::exchange).toList();
    }

    static List<Case> publicKeys() {
        return elements("public_keys").map(node -> caseOf(node, "pem")).toList();
    }

    static List<Case> tokens() {
        return elements("tokens").map(node -> caseOf(node, "token")).toList();
    }

    static byte[] publicKey(String name) {
        return publicKeys().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow()
                .input();
    }

    static byte[] token(String name) {
        return tokens().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow()
                .input();
    }

    static SessionKey tokensKey() {
        return SessionKey.ofBytes(hex(ROOT, "tokens_key_hex"));
    }

    private static Exchange exchange(JsonNode node) {
        JsonNode token = node.get("token");
        return new Exchange(
                node.get("name").asText(),
                side(node, "a"),
                side(node, "b"),
                hex(node, "shared_secret_hex"),
                hex(node, "derived_key_hex"),
                node.get("shared_secret_leading_zero_bytes").asInt(),
                new Token(
                        token.get("unix_time").asLong(),
                        hex(token, "iv_hex"),
                        token.get("plaintext_utf8").asText().getBytes(StandardCharsets.UTF_8),
                        token.get("token").asText().getBytes(StandardCharsets.US_ASCII)));
    }

    private static Side side(JsonNode node, String side) {
        BigInteger x = new BigInteger(node.get("private_" + side + "_hex").asText(), 16);
        return new Side(
                DhKeyPair.ofPrivateValue(DhGroup.lab(), x),
                node.get("public_" + side + "_pem").asText());
    }

    private static Case caseOf(JsonNode node, String input) {
        String want = node.get("want").asText();
        if (!want.equals("accept") && !want.equals("refuse")) {
            throw new IllegalStateException("unknown want: " + want);
        }
        return new Case(
                node.get("name").asText(),
                want.equals("accept"),
                node.get(input).asText().getBytes(StandardCharsets.UTF_8));
    }

    private static Stream<JsonNode> elements(String name) {
        return StreamSupport.stream(ROOT.get(name).spliterator(), false);
    }

    private static byte[] hex(JsonNode node, String name) {
        return HexFormat.of().parseHex(node.get(name).asText());
    }

    private static JsonNode read() {
        try (InputStream in = Vectors.class.getResourceAsStream("vectors.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
