package securemqtt.responder.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import securemqtt.startup.ValueChecks;

/**
 * The address of the Redis that keeps the sessions: {@code redis://[USER@]HOST[:PORT][/DATABASE]}, or {@code rediss://} with TLS.
 *
 * @param host without brackets
 * @param port 6379 unless given
 * @param user percent-decoded; if empty, Redis's user {@code default}
 * @param database 0 unless given
 */
public record SessionsAddress(boolean tls, Optional<String> user, String host, int port, int database) {
    private static final int DEFAULT_PORT = 6379;
    private static final int MAX_DATABASE = 65_535;
    private static final String NAME = "--sessions";

    /** @throws IllegalArgumentException with a message for the user, if the text is no such address */
    static SessionsAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // The message would quote a password.
            throw notAnAddress();
        }
        String scheme = String.valueOf(uri.getScheme());
        if (uri.getUserInfo() != null && uri.getUserInfo().contains(":")) {
            throw new IllegalArgumentException(NAME + " must not contain a password, which all users of this computer"
                    + " can see: use --sessions-password-file FILE or SECURE_MQTT_SESSIONS_PASSWORD");
        }
        if (uri.getHost() == null && String.valueOf(uri.getAuthority()).contains("_")) {
            throw new IllegalArgumentException("the host of " + NAME + " must not contain an underscore");
        }
        if (!(scheme.equals("redis") || scheme.equals("rediss"))
                || uri.getHost() == null
                || uri.getQuery() != null
                || uri.getFragment() != null) {
            throw notAnAddress();
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        ValueChecks.checkRange("the port of " + NAME, port, 1, ValueChecks.MAX_PORT);
        String host = uri.getHost();
        return new SessionsAddress(
                scheme.equals("rediss"),
                Optional.ofNullable(uri.getUserInfo()),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                database(uri.getPath()));
    }

    private static int database(String path) {
        if (path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            int database = Integer.parseInt(path.substring(1));
            ValueChecks.checkRange("the database of " + NAME, database, 0, MAX_DATABASE);
            return database;
        } catch (NumberFormatException e) {
            throw notAnAddress();
        }
    }

    private static IllegalArgumentException notAnAddress() {
        return new IllegalArgumentException(
                NAME + " must be redis://HOST:PORT, or rediss://HOST:PORT for TLS; a user and a database may be"
                        + " added: redis://USER@HOST:PORT/1");
    }

    /** The address for the Redis client, without a login. */
    public String toUri() {
        return uri("");
    }

    /** The address for the Redis client, with a login. It is secret. */
    String toUri(String password) {
        return uri(encode(user.orElse("")) + ":" + encode(password) + "@");
    }

    private String uri(String login) {
        return (tls ? "rediss" : "redis") + "://" + login + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + "/" + database;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
