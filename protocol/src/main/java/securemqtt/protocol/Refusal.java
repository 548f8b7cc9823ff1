package securemqtt.protocol;

import java.util.Locale;

/**
 * The closed list of reasons for which a message from a peer is refused. The reason is only for our own log: the peer
 * never learns it.
 */
public enum Refusal {
    TOPIC_NOT_A_REQUEST("the topic is not NETID/ACTION/request"),
    TOPIC_BAD_NETID("the topic's first level is not a NetID"),
    TOPIC_UNKNOWN_ACTION("the topic names an action that does not exist"),

    RETAINED("the message is retained"),
    OVERLOADED("too many requests are waiting"),
    STOPPING("the responder is being stopped"),
    SESSIONS_UNAVAILABLE("Redis, which keeps the sessions, cannot be reached, is full or answers with an error"),

    KEY_TOO_LONG("the public key is longer than 8192 bytes"),
    KEY_NOT_PEM("there is no PEM block"),
    KEY_OTHER_LABEL("the PEM block is not labelled PUBLIC KEY"),
    KEY_WITHOUT_END("the PEM block has no END line"),
    KEY_BROKEN_BASE64("the PEM block is not base64"),
    KEY_NOT_DER("the PEM block is not a SubjectPublicKeyInfo in DER"),
    KEY_TRAILING_BYTES("there are bytes after the SubjectPublicKeyInfo"),
    KEY_OTHER_ALGORITHM("the key is not a PKCS#3 Diffie-Hellman key"),
    KEY_OTHER_GROUP("the key belongs to another Diffie-Hellman group"),
    KEY_OUT_OF_RANGE("the public value is outside 2..p-2"),
    KEY_OURS("the key is our own, sent back"),
    KEY_WEAK_SECRET("the shared secret is 1 or p-1"),

    TOKEN_NOT_BASE64URL("the token is not canonical base64url"),
    TOKEN_OTHER_VERSION("the token does not begin with version 80"),
    TOKEN_BAD_LENGTH("the token has a length that no Fernet token has"),
    TOKEN_NOT_AUTHENTIC("the token was not made with the session key, or was changed"),
    TOKEN_BAD_PADDING("the token's padding is wrong"),
    TOKEN_OTHER_ACTION("the token arrived under another action before"),
    TOKEN_EXPIRED("the token is older than allowed"),
    TOKEN_FROM_THE_FUTURE("the token's time lies more than 60 s ahead"),

    NO_SESSION("there is no session of this NetID; a key exchange comes first"),
    TEXT_NOT_UTF8("the text is not UTF-8"),
    ANSWER_TOO_LONG("the answer would be longer than brokers take");

    private final String explanation;

    Refusal(String explanation) {
        this.explanation = explanation;
    }

    /** The name in logs and metrics, in lower case with dashes, such as {@code key-not-pem}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The meaning of the reason: a clause in lower case, without a full stop. */
    public String explanation() {
        return explanation;
    }
}
