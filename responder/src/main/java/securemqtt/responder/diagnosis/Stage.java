package securemqtt.responder.diagnosis;

import java.util.Locale;

/** The step of an exchange in which a client made a mistake. */
public enum Stage {
    /** The shared secret as bytes. */
    SECRET(
            "compare the SHA-256 of the shared secret's 512 bytes first, then that of each step, as --show-secrets logs them"),
    /** From the shared secret to the session key. */
    KDF("compare the session key, as --show-secrets logs it"),
    /** Which half of the session key signs, and which encrypts. */
    SPLIT("the HMAC is right, so compare the key that encrypts, as --show-secrets logs it"),
    TOKEN("compare the token with a right one: it begins with gAAAAA and has version, time, IV, ciphertext and HMAC"),
    /** The public key as sent. */
    KEY("compare the public key with a right one"),
    /** The order of the messages. */
    ORDER("compare the order of the messages"),
    /** The QoS and the retain flag. */
    TRANSPORT("compare QoS and retain flag"),
    TOPIC("compare the topic"),
    TEXT("compare the bytes of the text");

    private final String comparison;

    Stage(String comparison) {
        this.comparison = comparison;
    }

    /** What to compare if everything before this stage is right, and no mistake is known; a clause without a full stop. */
    String comparison() {
        return comparison;
    }

    /** The name in logs, metrics and documents: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
