package securemqtt.client.mqtt;

import java.io.IOException;

/** What came is not MQTT 3.1.1, or nothing that a broker may send to this client. */
public final class MalformedPacketException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedPacketException(String message) {
        super(message);
    }
}
