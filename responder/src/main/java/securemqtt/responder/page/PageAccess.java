package securemqtt.responder.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides who may read the page. Anybody with the token may: it is in the address that the responder logs. The token is
 * exchanged for a cookie, so that it does not stay in the address.
 */
final class PageAccess {
    /** Names of this computer that no stranger's DNS can point elsewhere, and addresses. */
    private static final Pattern OWN_NAME = Pattern.compile("localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private static final Pattern HOST = Pattern.compile("(?<name>\\[[^]]*]|[^:]*)(:\\d{1,5})?");

    private final String host;
    private final String token;
    private final String cookie;

    /**
     * @param host the name or address at which the page is served
     * @param token in the address
     * @param cookie the cookie's value
     */
    PageAccess(String host, String token, String cookie) {
        this.host = host;
        this.token = token;
        this.cookie = cookie;
    }

    /**
     * A request of a browser.
     *
     * @param port the port that it came to
     * @param host the header Host
     * @param origin the header Origin
     * @param token the token in the address
     * @param cookies the header Cookie
     */
    record Request(
            int port,
            String method,
            Optional<String> host,
            Optional<String> origin,
            Optional<String> token,
            Optional<String> cookies) {}

    /** What to do with a request. */
    sealed interface Decision {}

    /** Serve it. */
    record Allowed() implements Decision {}

    /** Set the cookie, and continue at the same address without the token. */
    record LoggedIn(String setCookie) implements Decision {}

    /** @param status the HTTP status code */
    record Refused(int status, String reason) implements Decision {}

    Decision decide(Request request) {
        if (!request.method().equals("GET")) {
            return new Refused(405, "only GET is allowed here");
        }
        // A stranger's web page can have a name that leads to this computer. The browser then sends that name.
        if (request.host().filter(this::isOurs).isEmpty()) {
            return new Refused(403, "use this computer's IP address, localhost, or the name given to --page-host");
        }
        if (request.origin().isPresent()
                && !request.origin().get().equals("http://" + request.host().get())) {
            return new Refused(403, "other web pages may not read this page");
        }
        if (request.token().isPresent()) {
            return equal(token, request.token().get())
                    ? new LoggedIn(cookieName(request.port()) + "=" + cookie + "; Path=/; HttpOnly; SameSite=Strict")
                    : unknown();
        }
        return isLoggedIn(request.port(), request.cookies().orElse("")) ? new Allowed() : unknown();
    }

    private static Refused unknown() {
        return new Refused(401, "open the address that the responder logged; its token changes at each start");
    }

    private boolean isOurs(String header) {
        Matcher matcher = HOST.matcher(header.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group("name");
        return OWN_NAME.matcher(name).matches() || name.equalsIgnoreCase(host);
    }

    /** A browser gives the cookies of a host to all of its ports, so two responders need two names. */
    private static String cookieName(int port) {
        return "secure-mqtt-page-" + port;
    }

    private boolean isLoggedIn(int port, String cookies) {
        for (String pair : cookies.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && pair.substring(0, equals).strip().equals(cookieName(port))
                    && equal(cookie, pair.substring(equals + 1).strip())) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
