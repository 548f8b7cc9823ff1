package securemqtt.startup;

import static io.smallrye.config.PropertiesConfigSourceLoader.inClassPath;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.SysPropConfigSource;

/**
 * The sources of settings: system properties, environment variables, and the defaults in the program, in this order.
 * By default SmallRye Config also reads {@code .env} and {@code config/application.properties} in the working
 * directory, which may belong to another program. Quarkus finds this class by its service file. The annotation
 * applies it to both of Quarkus's configurations, that of its static initialization and that of the run.
 */
@StaticInitSafe
public final class SettingsSources implements SmallRyeConfigBuilderCustomizer {
    /** The same as in SmallRye Config. System properties have 400. */
    private static final int ENVIRONMENT_ORDINAL = 300;

    private static final int PACKED_ORDINAL = 250;

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.setAddDefaultSources(false)
                .setAddSystemSources(false)
                .setAddPropertiesSources(false)
                .withSources(new SysPropConfigSource(), new EnvConfigSource(System.getenv(), ENVIRONMENT_ORDINAL))
                .withSources(inClassPath("application.properties", PACKED_ORDINAL, builder.getClassLoader()));
    }

    /** The last of all, because Quarkus's own customizer adds the sources that this one removes. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }
}
