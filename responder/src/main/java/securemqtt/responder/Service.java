package securemqtt.responder;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.security.Security;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.embedded.FreePort;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

/** The application that Quarkus runs. It only waits for its end, because the channels work by themselves. */
@Singleton
@Unremovable
public final class Service implements QuarkusApplication {
    private static volatile Credentials credentials;
    private static final Logger LOG = Logger.getLogger(Service.class);
    /** How long Java keeps the address of a host. A broker in a container may have another one after each start. */
    private static final String ADDRESS_SECONDS = "2";

    private final ResponderConfig config;
    private final HttpServer http;

    Service(ResponderConfig config, HttpServer http) {
        this.config = config;
        this.http = http;
    }

    /**
     * Runs the service to its end.
     *
     * @param settings all settings, which Quarkus has already
     * @param credentials the files and the login, which are not settings
     * @param host the broker's host
     * @param port the broker's port
     * @return the exit status of the process
     * @throws ServiceFailedException if it could not be started
     * @throws NoManagementPortException if the management port cannot be opened
     */
    static int run(ResponderConfig settings, Credentials credentials, String host, int port)
            throws ServiceFailedException, NoManagementPortException {
        Service.credentials = credentials;
        // By default Java keeps an address for 30 s, and a failed lookup for 10 s.
        Security.setProperty("networkaddress.cache.ttl", ADDRESS_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", ADDRESS_SECONDS);
        // Otherwise Vert.x does not load AddressTransport.
        Settings.set("quarkus.vertx.prefer-native-transport", "true");
        Settings.set(ResponderConfig.PREFIX + ".host", host);
        Settings.set(ResponderConfig.PREFIX + ".port", Integer.toString(port));
        Settings.set("mp.messaging.incoming.requests.topic", Settings.requests(settings));
        if (settings.verbose()) {
            Settings.set("quarkus.log.category.\"securemqtt\".level", "DEBUG");
        }
        if (settings.logFormat() == ResponderConfig.LogFormat.JSON) {
            Settings.set("quarkus.log.console.json.enabled", "true");
        }
        if (settings.managementPort().isPresent()) {
            prepareManagement(
                    settings.managementHost(), settings.managementPort().getAsInt());
        }
        AtomicInteger exitStatus = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        PrintStream standardError = System.err;
        Quarkus.run(Service.class, (status, cause) -> {
            exitStatus.set(status);
            failure.set(cause);
        });
        // The log is closed, so errors go to the terminal again.
        System.setErr(standardError);
        if (failure.get() != null) {
            throw new ServiceFailedException(failure.get());
        }
        return exitStatus.get();
    }

    @Produces
    @Singleton
    static Credentials credentials() {
        return credentials;
    }

    @Override
    public int run(String... arguments) {
        Shutdown.serving();
        StrayOutput.capture();
        // Not at the start event, because the port is not open yet then.
        config.managementPort().ifPresent(port -> {
            String host = config.managementHost();
            LOG.infof(
                    "management at http://%s:%d/q/health and /q/metrics",
                    host.contains(":") ? "[" + host + "]" : host, port == 0 ? http.getManagementPort() : port);
        });
        Quarkus.waitForExit();
        return ExitCode.STOPPED.status();
    }

    /** Checks the port, and passes it to Quarkus. This comes first, before any channel is connected. */
    private static void prepareManagement(String host, int port) throws NoManagementPortException {
        try {
            InetAddress address = FreePort.resolve(host);
            FreePort.require(address, host, port);
            Settings.set("quarkus.management.host-enabled", "true");
            Settings.set("quarkus.management.host", address.getHostAddress());
            Settings.set("quarkus.management.port", Integer.toString(port));
        } catch (IOException e) {
            throw new NoManagementPortException(e);
        }
    }

    /** Quarkus did not start. */
    static final class ServiceFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        ServiceFailedException(Throwable cause) {
            super(cause);
        }
    }

    /** The management port cannot be opened. The message is one line for the user. */
    static final class NoManagementPortException extends Exception {
        private static final long serialVersionUID = 1L;

        NoManagementPortException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
