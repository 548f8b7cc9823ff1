package securemqtt.client.mqtt;

import java.io.IOException;

/** The broker sent bytes that are not MQTT 3.1.1, or a packet that a broker must not send to this client. */
public final class MalformedPacketException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, for developers; contains no bytes of the packet */
    public MalformedPacketException(String message) {
        super(message);
    }
}
