package securemqtt.responder.management;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.HealthRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
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
    private final SessionsState sessions;

    Health(ServiceState service, SessionsState sessions) {
        this.service = service;
        this.sessions = sessions;
    }

    /** Only shared sessions can be away, so only they have a check. */
    void registerSessions(@Observes StartupEvent startup, @Readiness HealthRegistry readiness) {
        if (sessions.isShared()) {
            readiness.register(this::sessionsReachable);
        }
    }

    private HealthCheckResponse sessionsReachable() {
        Optional<String> problem = sessions.problem();
        HealthCheckResponseBuilder check = HealthCheckResponse.named("connected to the sessions");
        problem.ifPresent(reason -> check.withData("reason", reason));
        return check.status(problem.isEmpty()).build();
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
