package securemqtt.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that Maven wrote into the program's jar. */
final class Version implements IVersionProvider {
    /** Not the package's version: that is the one of whichever jar its first class came from, and Quarkus has one as well. */
    private static final String WRITTEN_BY_MAVEN = "/META-INF/maven/securemqtt/secure-mqtt-client/pom.properties";

    @Override
    public String[] getVersion() {
        Properties properties = new Properties();
        try (InputStream written = Version.class.getResourceAsStream(WRITTEN_BY_MAVEN)) {
            if (written != null) {
                properties.load(written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {SecureMqttClient.NAME + " " + properties.getProperty("version", "(not packaged)")};
    }
}
