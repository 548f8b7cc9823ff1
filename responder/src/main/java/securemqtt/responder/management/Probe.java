package securemqtt.responder.management;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/**
 * Asks a responder that runs already whether it is ready, as a program of its own: what watches over a container starts it
 * there, where there is no other program that could ask. Needs nothing but Java, to be done in a moment.
 */
public final class Probe {
    private static final int TIMEOUT_MILLIS = 3000;
    private static final String PORT_VARIABLE = "SECURE_MQTT_MANAGEMENT_PORT";

    private Probe() {}

    /**
     * Prints what is told at the address, and ends with status 0 if it is told with status 200, with 1 if not.
     *
     * @param arguments the address; if there is none, readiness at the management port of the environment, on this computer
     */
    public static void main(String... arguments) throws MalformedURLException {
        String address = arguments.length == 0
                ? "http://127.0.0.1:" + System.getenv(PORT_VARIABLE) + "/q/health/ready"
                : arguments[0];
        System.exit(isHealthy(new URL(address)) ? 0 : 1);
    }

    /** Whether that address tells status 200; prints what it tells. */
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
