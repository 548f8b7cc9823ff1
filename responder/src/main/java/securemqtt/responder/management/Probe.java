package securemqtt.responder.management;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/**
 * Asks a running responder whether it is ready, as a program of its own. The container engine runs it as health
 * check, because the image contains no other program that could ask. It uses nothing but Java, so it starts fast.
 */
public final class Probe {
    private static final int TIMEOUT_MILLIS = 3000;
    private static final String PORT_VARIABLE = "SECURE_MQTT_MANAGEMENT_PORT";

    private Probe() {}

    /**
     * Prints the response at the address. Exits with status 0 if the response has HTTP status 200, otherwise with 1.
     *
     * @param arguments the address; if there is none, the readiness check on this computer, at the port that
     *     SECURE_MQTT_MANAGEMENT_PORT names
     */
    public static void main(String... arguments) throws MalformedURLException {
        String address = arguments.length == 0
                ? "http://127.0.0.1:" + System.getenv(PORT_VARIABLE) + "/q/health/ready"
                : arguments[0];
        System.exit(isHealthy(new URL(address)) ? 0 : 1);
    }

    /**
     * Prints the response at the address.
     *
     * @return whether it has HTTP status 200
     */
    static boolean isHealthy(URL address) {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            boolean healthy = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            try (InputStream body = healthy ? connection.getInputStream() : connection.getErrorStream()) {
                System.out.println(body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return healthy;
        } catch (IOException e) {
            System.out.println(address + ": " + e.getMessage());
            return false;
        }
    }
}
