package securemqtt.responder.diagnosis;

import java.util.Locale;
import java.util.Optional;

/** The closed list of mistakes that the responder names. Each is one step of a correct client, replaced by another. */
public enum Mistake {
    SECRET_LEADING_ZEROS_DROPPED(
            Stage.SECRET,
            "the key was derived from the secret without its leading zero bytes",
            "keep all 512 bytes: z.to_bytes(512, \"big\")"),
    SECRET_SIGN_BYTE(
            Stage.SECRET,
            "the key was derived from the secret with a zero byte in front, as Java's toByteArray gives",
            "remove the first of the 513 bytes"),
    SECRET_LITTLE_ENDIAN(
            Stage.SECRET, "the key was derived from the secret in little-endian order", "write it big-endian"),
    SECRET_DECIMAL_TEXT(
            Stage.SECRET,
            "the key was derived from the secret's decimal digits as text",
            "derive it from the 512 bytes"),
    SECRET_HEX_TEXT(
            Stage.SECRET,
            "the key was derived from the secret's hexadecimal digits as text",
            "derive it from the 512 bytes"),
    SECRET_BASE64_TEXT(Stage.SECRET, "the key was derived from the secret in base64", "derive it from the 512 bytes"),
    SECRET_SHA256(
            Stage.SECRET,
            "the key was derived from SHA-256 of the secret, as bytes or digits",
            "derive it from the 512 bytes themselves"),
    SECRET_OWN_PUBLIC_VALUE(
            Stage.SECRET,
            "the key was derived from the client's public value in place of the secret",
            "compute the secret: the responder's public value to the power of your private value, modulo p"),
    SECRET_PEER_PUBLIC_VALUE(
            Stage.SECRET,
            "the key was derived from the responder's public value in place of the secret",
            "compute the secret: the responder's public value to the power of your private value, modulo p"),

    KDF_INFO_EMPTY(Stage.KDF, "HKDF's info is empty", "use one zero byte as info"),
    KDF_INFO_TEXT(Stage.KDF, "HKDF's info is the text 0x00", "use one zero byte as info"),
    KDF_INFO_DIGIT(Stage.KDF, "HKDF's info is the text 0", "use one zero byte as info"),
    KDF_SALT_TEXT(Stage.KDF, "HKDF's salt is the text 0x00", "use one zero byte as salt"),
    KDF_SALT_DIGIT(Stage.KDF, "HKDF's salt is the text 0", "use one zero byte as salt"),
    KDF_SALT_AND_INFO_TEXT(
            Stage.KDF, "HKDF's salt and info are the text 0x00", "use one zero byte as salt and one as info"),
    KDF_SALT_AND_INFO_DIGIT(
            Stage.KDF, "HKDF's salt and info are the text 0", "use one zero byte as salt and one as info"),
    KDF_SALT_AND_INFO_ESCAPE(
            Stage.KDF, "HKDF's salt and info are the text \\x00", "use one zero byte as salt and one as info"),
    KDF_INFO_EXAMPLE(
            Stage.KDF,
            "HKDF's info is the text handshake data, as in an example of Python's cryptography",
            "use one zero byte as salt and one as info"),
    KDF_SHA512(Stage.KDF, "HKDF uses SHA-512", "use HKDF with SHA-256"),
    KDF_SHA384(Stage.KDF, "HKDF uses SHA-384", "use HKDF with SHA-256"),
    KDF_SHA1(Stage.KDF, "HKDF uses SHA-1", "use HKDF with SHA-256"),
    KDF_EXTRACT_ONLY(
            Stage.KDF,
            "HKDF ended after its extract step",
            "run HKDF's expand step as well, with a length of 32 bytes"),
    KDF_EXPAND_ONLY(Stage.KDF, "HKDF began with its expand step", "run HKDF's extract step first"),
    KDF_PLAIN_SHA256(
            Stage.KDF,
            "the key is SHA-256 of the secret",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_PLAIN_SHA512(
            Stage.KDF,
            "the key is the first 32 bytes of SHA-512 of the secret",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_PLAIN_SHA256_HEX(
            Stage.KDF,
            "the key is the first 32 digits of SHA-256 of the secret as text",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_PLAIN_SHA3_256(
            Stage.KDF,
            "the key is SHA3-256 of the secret",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_CONCAT(
            Stage.KDF,
            "the key is derived by ConcatKDF, not HKDF",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_X963(
            Stage.KDF,
            "the key is derived by X963KDF, not HKDF",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_NONE_FIRST_BYTES(
            Stage.KDF,
            "the key is the first 32 bytes of the secret",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_NONE_LAST_BYTES(
            Stage.KDF,
            "the key is the last 32 bytes of the secret",
            "use HKDF-SHA256 with one zero byte as salt and one as info"),
    KDF_HEX_TEXT(
            Stage.KDF,
            "the key is the beginning of its own hexadecimal digits as text",
            "decode the digits, or use the 32 bytes as they are"),
    KDF_BASE64_TEXT(
            Stage.KDF,
            "the key is the beginning of its own base64 text",
            "decode the key's base64 text, or use the 32 bytes as they are"),

    SPLIT_HALVES_SWAPPED(
            Stage.SPLIT,
            "the halves for signing and encrypting are swapped",
            "sign with the first 16 bytes and encrypt with the last 16"),
    SPLIT_FIRST_HALF_TWICE(
            Stage.SPLIT,
            "the first half signs and encrypts",
            "sign with the first 16 bytes and encrypt with the last 16"),
    SPLIT_SECOND_HALF_TWICE(
            Stage.SPLIT,
            "the second half signs and encrypts",
            "sign with the first 16 bytes and encrypt with the last 16"),
    SPLIT_WHOLE_KEY_SIGNS(
            Stage.SPLIT, "the whole key signs", "sign with the first 16 bytes and encrypt with the last 16"),
    SPLIT_WHOLE_KEY_TWICE(
            Stage.SPLIT,
            "the whole key signs and encrypts",
            "sign with the first 16 bytes and encrypt with the last 16"),
    SPLIT_ENCRYPTS_WITH_FIRST_HALF(
            Stage.SPLIT,
            "the whole key signs, and the first half encrypts",
            "sign with the first 16 bytes and encrypt with the last 16"),

    TOKEN_STANDARD_BASE64(
            Stage.TOKEN, "the token is in base64's standard alphabet", "use base64url, with - and _ for + and /"),
    TOKEN_WITHOUT_PADDING(Stage.TOKEN, "the token lacks base64's padding", "keep the = at the end"),
    TOKEN_NEWLINE(Stage.TOKEN, "the token ends in white space", "send the token without a newline"),
    TOKEN_BYTES_LITERAL(
            Stage.TOKEN, "the token is a Python bytes literal, b'...'", "send the bytes, or token.decode()"),
    TOKEN_JSON_STRING(Stage.TOKEN, "the token has quotes around it", "send the token without quotes"),
    TOKEN_PLAIN_TEXT(Stage.TOKEN, "the message is not encrypted", "send a Fernet token of the text"),
    TOKEN_RAW_BYTES(Stage.TOKEN, "the token's bytes are not in base64", "encode them in base64url"),
    TOKEN_HEX(Stage.TOKEN, "the token's bytes are in hexadecimal digits", "encode them in base64url"),
    TOKEN_TWICE_BASE64(
            Stage.TOKEN, "the token is in base64 twice", "send the library's token as it is: it is in base64url"),
    TOKEN_WITHOUT_MAC(Stage.TOKEN, "the token has no HMAC", "append HMAC-SHA256 over version, time, IV and ciphertext"),
    TOKEN_MAC_OVER_CIPHERTEXT(
            Stage.TOKEN, "the HMAC covers only the ciphertext", "compute it over version, time, IV and ciphertext"),
    TOKEN_MAC_OVER_IV_AND_CIPHERTEXT(
            Stage.TOKEN, "the HMAC covers only IV and ciphertext", "compute it over version, time, IV and ciphertext"),
    TOKEN_MAC_WITHOUT_VERSION(
            Stage.TOKEN, "the HMAC leaves out the version", "compute it over version, time, IV and ciphertext"),
    TOKEN_MAC_WITHOUT_TIME(
            Stage.TOKEN, "the HMAC leaves out the time", "compute it over version, time, IV and ciphertext"),
    TOKEN_MAC_OVER_BASE64(
            Stage.TOKEN,
            "the HMAC covers the base64 text",
            "compute it over the bytes of version, time, IV and ciphertext"),
    TOKEN_AES_256(
            Stage.TOKEN, "AES-256 with the whole key encrypted the text", "use AES-128 with the key's last 16 bytes"),
    TOKEN_ECB(Stage.TOKEN, "AES-ECB encrypted the text", "use AES-128 in CBC mode with the token's IV"),
    TOKEN_CTR(Stage.TOKEN, "AES-CTR encrypted the text", "use AES-128 in CBC mode with PKCS#7 padding"),
    TOKEN_ZERO_PADDING(Stage.TOKEN, "the text is padded with zero bytes", "use PKCS#7 padding"),
    TOKEN_TIME_MILLISECONDS(Stage.TOKEN, "the token's time is in milliseconds", "write the time in seconds since 1970"),
    TOKEN_TIME_IMPLAUSIBLE(
            Stage.TOKEN,
            "the token's time is more than a day off",
            "write the time in seconds since 1970, as 8 bytes, big-endian"),
    TOKEN_IV_REUSED(Stage.TOKEN, "an earlier token has the same IV", "choose 16 new random bytes as IV for each token"),

    KEY_DER(Stage.KEY, "the public key is DER, not PEM", "write it as PEM"),
    KEY_BASE64_ONLY(Stage.KEY, "the public key is base64 without the lines around it", "add the BEGIN and END lines"),
    KEY_BYTES_LITERAL(Stage.KEY, "the public key is a Python bytes literal, b'...'", "send the bytes, or pem.decode()"),
    KEY_JSON_STRING(Stage.KEY, "the public key is a JSON string", "send the PEM without quotes"),
    KEY_ESCAPED_NEWLINES(Stage.KEY, "the PEM has backslash and n in place of newlines", "send real newlines"),
    KEY_PARAMETERS(Stage.KEY, "the message is the group's parameters, not a key", "send the public key as PEM"),
    KEY_PRIVATE(
            Stage.KEY, "the message is the private key", "send the public key, and never use this private key again"),
    KEY_X942(
            Stage.KEY,
            "the public key has X9.42's algorithm identifier",
            "use PKCS#3's dhKeyAgreement, 1.2.840.113549.1.3.1"),
    KEY_FFDHE4096(Stage.KEY, "the public key is of the group ffdhe4096", "use the group in dhparam4096.pem"),
    KEY_GENERATOR_5(Stage.KEY, "the public key's group has the generator 5", "use the group in dhparam4096.pem"),
    KEY_RSA(Stage.KEY, "the public key is an RSA key", "make a Diffie-Hellman key of dhparam4096.pem"),
    KEY_EC(Stage.KEY, "the public key is an elliptic curve key", "make a Diffie-Hellman key of dhparam4096.pem"),
    KEY_DECIMAL(Stage.KEY, "the message is a number in decimal digits", "send the public key as PEM, label PUBLIC KEY"),
    KEY_HEX(Stage.KEY, "the message is a number in hexadecimal digits", "send the public key as PEM, label PUBLIC KEY"),
    KEY_NUL(Stage.KEY, "a NUL byte follows the public key", "send the string without its terminator"),
    KEY_LABEL(Stage.KEY, "the PEM label is DH PUBLIC KEY", "use the label PUBLIC KEY"),
    KEY_REUSED(
            Stage.KEY,
            "the public key was used in an earlier exchange",
            "make a new key pair in each run, and store none"),

    ORDER_NO_KEY_EXCHANGE(
            Stage.ORDER, "this responder has seen no key exchange of this NetID", "exchange keys first, in every run"),

    RETAIN(Stage.TRANSPORT, "the message has the retain flag", "publish with retain = false"),
    QOS_0(Stage.TRANSPORT, "the message has QoS 0", "publish with QoS 1"),

    TOPIC_UNDERSCORE(Stage.TOPIC, "the topic has key_exchange", "write key-exchange"),
    TOPIC_ACTION_CASE(Stage.TOPIC, "the topic's action has capitals", "write the action in lower case"),
    TOPIC_LEADING_SLASH(Stage.TOPIC, "the topic begins with a slash", "begin it with the NetID"),
    TOPIC_RESPONSE(
            Stage.TOPIC,
            "a request was published on a response topic",
            "publish it on the topic that ends in /request"),

    TEXT_LATIN_1(Stage.TEXT, "the text is in Latin-1", "encode the text in UTF-8");

    private final Stage stage;
    private final String done;
    private final String remedy;

    Mistake(Stage stage, String done, String remedy) {
        this.stage = stage;
        this.done = done;
        this.remedy = remedy;
    }

    /** The name in logs, metrics and documents: lower case, words joined by dashes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Stage stage() {
        return stage;
    }

    /** The calls that do the step right; empty if they do not depend on the language. */
    public Optional<RightCall> rightCall() {
        return switch (stage) {
            case SECRET -> Optional.of(RightCall.SECRET_BYTES);
            case KDF -> Optional.of(RightCall.SESSION_KEY);
            case SPLIT -> Optional.of(RightCall.KEY_HALVES);
            case TOKEN -> Optional.of(ofToken());
            case KEY -> Optional.of(ofKey());
            case TRANSPORT -> Optional.of(RightCall.PUBLISH);
            case TEXT -> Optional.of(RightCall.TEXT_BYTES);
            case ORDER, TOPIC -> Optional.empty();
        };
    }

    private RightCall ofToken() {
        return switch (this) {
            case TOKEN_WITHOUT_MAC,
                    TOKEN_MAC_OVER_CIPHERTEXT,
                    TOKEN_MAC_OVER_IV_AND_CIPHERTEXT,
                    TOKEN_MAC_WITHOUT_VERSION,
                    TOKEN_MAC_WITHOUT_TIME,
                    TOKEN_MAC_OVER_BASE64 -> RightCall.SIGNATURE;
            case TOKEN_PLAIN_TEXT, TOKEN_AES_256, TOKEN_ECB, TOKEN_CTR, TOKEN_ZERO_PADDING -> RightCall.ENCRYPTION;
            case TOKEN_TIME_MILLISECONDS, TOKEN_TIME_IMPLAUSIBLE -> RightCall.TOKEN_TIME;
            case TOKEN_IV_REUSED -> RightCall.TOKEN_IV;
            default -> RightCall.TOKEN_TEXT;
        };
    }

    private RightCall ofKey() {
        return switch (this) {
            case KEY_X942, KEY_FFDHE4096, KEY_GENERATOR_5, KEY_RSA, KEY_EC, KEY_REUSED -> RightCall.KEY_PAIR;
            default -> RightCall.PUBLIC_KEY_PEM;
        };
    }

    /** What the client did, a clause without a full stop. */
    public String done() {
        return done;
    }

    /** What to do instead, a clause without a full stop. */
    public String remedy() {
        return remedy;
    }
}
