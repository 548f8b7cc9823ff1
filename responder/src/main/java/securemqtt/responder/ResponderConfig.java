package securemqtt.responder;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The settings, as the command line hands them on. */
@ConfigMapping(prefix = "responder")
interface ResponderConfig {
    /** The broker's host. */
    String host();

    /** The broker's port. */
    int port();

    /** The only NetID to be served; if empty, every one is. */
    Optional<String> netid();
}
