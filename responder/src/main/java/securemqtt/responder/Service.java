package securemqtt.responder;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.security.Security;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.embedded.FreePort;
import securemqtt.responder.channel.RequestChannel;
import securemqtt.responder.log.LogFields;
import securemqtt.responder.page.PageServer;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

/** The application that Quarkus runs. It only waits for its end, because the channels work by themselves. */
@Singleton
@Unremovable
public final class Service implements QuarkusApplication {
    private static volatile Credentials credentials;
    private static volatile Optional<PublishWatch> watch = Optional.empty();
    private static final Logger LOG = Logger.getLogger(Service.class);
    /** How long Java caches the broker's address. A broker in a container may have a new address after each start. */
    private static final String ADDRESS_SECONDS = "2";

    private final ResponderConfig config;
    private final HttpServer http;
    private final RequestChannel channel;
    private final PageServer page;

    Service(ResponderConfig config, HttpServer http, RequestChannel channel, PageServer page) {
        this.config = config;
        this.http = http;
        this.channel = channel;
        this.page = page;
    }

    /** Call this before {@link #run(ResponderConfig, Credentials, String, int)} to log the mistakes that it sees. */
    static void watch(PublishWatch embeddedBroker) {
        watch = Optional.of(embeddedBroker);
    }

    /**
     * Runs the service, and returns when it has stopped.
     *
     * @param settings all settings; Quarkus knows them already
     * @param credentials the credentials, which must not be among the settings
     * @param host the host of the broker to connect to
     * @param port the port of the broker to connect to
     * @return the exit status of the process
     * @throws ServiceFailedException if Quarkus did not start
     * @throws NoPortException if a management port or a port for the page is set and not free
     */
    static int run(ResponderConfig settings, Credentials credentials, String host, int port)
            throws ServiceFailedException, NoPortException {
        Service.credentials = credentials;
        // By default, Java caches an address for 30 s, and a failed lookup for 10 s.
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
            prepare(
                    "management",
                    ExitCode.NO_MANAGEMENT_PORT,
                    settings.managementHost(),
                    settings.managementPort().getAsInt(),
                    "quarkus.management");
        }
        if (settings.pagePort().isPresent()) {
            prepare(
                    "page",
                    ExitCode.NO_PAGE_PORT,
                    settings.pageHost(),
                    settings.pagePort().getAsInt(),
                    "quarkus.http");
        }
        AtomicInteger exitStatus = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        PrintStream standardError = System.err;
        Quarkus.run(Service.class, (status, cause) -> {
            exitStatus.set(status);
            failure.set(cause);
        });
        // The log is closed now, so errors go to standard error again.
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

    /** Before the beans that start by themselves, so that no line lacks its fields. */
    void addLogFields(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        LogFields.install();
    }

    @Override
    public int run(String... arguments) {
        Shutdown.serving();
        StandardErrorCapture.capture();
        watch.ifPresent(seen -> seen.onMistake(channel::mentionSeen));
        // Logged here, because the port is not open yet at the start event.
        config.managementPort().ifPresent(port -> {
            LOG.infof(
                    "management at http://%s:%d/q/health and /q/metrics",
                    inUrl(config.managementHost()), port == 0 ? http.getManagementPort() : port);
        });
        config.pagePort().ifPresent(port -> logPage(port == 0 ? http.getPort() : port));
        Quarkus.waitForExit();
        return ExitCode.SUCCESS.status();
    }

    private void logPage(int port) {
        String host = config.pageHost();
        InetAddress address = pageAddress();
        if (!address.isLoopbackAddress()) {
            LOG.warnf(
                    "page: everybody who can reach %s:%d and has the page's address can read the NetIDs, texts and"
                            + " answers of all clients%s; the connection is not encrypted",
                    inUrl(host), port, config.showSecrets() ? ", private values and keys" : "");
        }
        LOG.infof(
                "page at http://%s:%d%s",
                address.isAnyLocalAddress() ? "localhost" : inUrl(host),
                port,
                page.pathWithToken().orElseThrow());
    }

    private InetAddress pageAddress() {
        try {
            return FreePort.resolve(config.pageHost());
        } catch (IOException e) {
            throw new IllegalStateException("the name of the page's host had an address before", e);
        }
    }

    private static String inUrl(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /**
     * Checks a port for HTTP before anything else, because channels that are connected already would have to be
     * closed again.
     *
     * @param name the name of the port, with which its options begin
     * @param prefix of Quarkus's settings for this port
     */
    private static void prepare(String name, ExitCode exitCode, String host, int port, String prefix)
            throws NoPortException {
        try {
            InetAddress address = FreePort.resolve(host);
            FreePort.require(address, host, port);
            Settings.set(prefix + ".host-enabled", "true");
            Settings.set(prefix + ".host", address.getHostAddress());
            Settings.set(prefix + ".port", Integer.toString(port));
        } catch (IOException e) {
            throw new NoPortException(name, exitCode, e);
        }
    }

    /** Quarkus did not start. */
    static final class ServiceFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        ServiceFailedException(Throwable cause) {
            super(cause);
        }
    }

    /** A port for HTTP cannot be used. The message is one line for the user. */
    static final class NoPortException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final ExitCode exitCode;

        NoPortException(String name, ExitCode exitCode, IOException cause) {
            super(cause.getMessage(), cause);
            this.name = name;
            this.exitCode = exitCode;
        }

        /** The name of the port, with which its options begin. */
        String name() {
            return name;
        }

        ExitCode exitCode() {
            return exitCode;
        }
    }
}
