package securemqtt.responder.diagnosis;

import java.util.Locale;

/** The step of an exchange in which a client made a mistake. */
public enum Stage {
    /** The shared secret as bytes. */
    SECRET,
    /** From the shared secret to the session key. */
    KDF,
    /** Which half of the session key signs, and which encrypts. */
    SPLIT,
    TOKEN,
    /** The public key as sent. */
    KEY,
    /** The order of the messages. */
    ORDER,
    /** The QoS and the retain flag. */
    TRANSPORT,
    TOPIC,
    TEXT;

    /** The name in logs, metrics and documents: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
