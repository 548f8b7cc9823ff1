package securemqtt.responder.management;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The health checks at {@code /q/health}. Without a broker the program is alive but not ready, because a restart
 * would not bring the broker back.
 */
@ApplicationScoped
class Health {
    private final ServiceState service;

    Health(ServiceState service) {
        this.service = service;
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return check("channels alive", service::isAlive);
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return check("connected to the broker", service::isReady);
    }

    @Produces
    @Startup
    HealthCheck started() {
        return check("was connected to the broker", service::wasReady);
    }

    private static HealthCheck check(String name, BooleanSupplier up) {
        return () -> HealthCheckResponse.named(name).status(up.getAsBoolean()).build();
    }
}
