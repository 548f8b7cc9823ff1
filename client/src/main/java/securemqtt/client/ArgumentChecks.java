package securemqtt.client;

import securemqtt.startup.ValueChecks;

/** Checks of single arguments. Each throws an IllegalArgumentException whose message is for the user. */
final class ArgumentChecks {
    private ArgumentChecks() {}

    /** Refuses a URL, and a host with a port after it. An IPv6 address has more than one colon. */
    static void checkHost(String host) {
        ValueChecks.checkNotBlank("HOST", host);
        boolean hasOneColon = host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':');
        if (host.contains("/") || hasOneColon) {
            throw new IllegalArgumentException(
                    "HOST must be a name or an address, not '" + host + "'; use -p for the port");
        }
    }

    /**
     * Refuses a message that the Java runtime could not decode.
     *
     * @param message null if it was not given
     * @param stdin whether to read the message from standard input instead
     */
    static void checkMessage(String message, boolean stdin) {
        if (stdin == (message != null)) {
            throw new IllegalArgumentException(
                    stdin ? "either MESSAGE or --stdin, not both" : "MESSAGE is missing, or --stdin");
        }
        // Java puts this character where it cannot decode an argument in the current locale. The client cannot tell
        // it from one that the user typed. An error is better than a changed message.
        if (!stdin && message.contains("\uFFFD")) {
            throw new IllegalArgumentException(
                    "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                            ? "MESSAGE is not valid UTF-8; --stdin takes any bytes"
                            : "MESSAGE cannot be read in this locale: set LC_ALL=C.UTF-8");
        }
    }
}
