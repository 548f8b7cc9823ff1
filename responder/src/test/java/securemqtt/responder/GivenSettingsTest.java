package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.startup.commandline.BrokerOptions;

class GivenSettingsTest {
    @AfterEach
    void forgetSettings() {
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith(ResponderConfig.PREFIX));
    }

    @Test
    void anOptionSetsTheSettingOfItsName() {
        ResponderConfig settings =
                read("-h", "broker", "-v", "--show-secrets", "--log-format", "JSON", "--username", "tutor");

        assertEquals("broker", settings.host());
        assertTrue(settings.verbose());
        assertTrue(settings.showSecrets());
        assertEquals(ResponderConfig.LogFormat.JSON, settings.logFormat());
        assertEquals(Optional.of("tutor"), settings.username());
    }

    @Test
    void withoutAnOptionASettingHasItsDefault() {
        ResponderConfig settings = read();

        assertEquals("localhost", settings.host());
        assertEquals(1884, settings.port());
        assertFalse(settings.tls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--host", "--cafile", "--username", "--password-file", "--identity", "--management-host"})
    void anEmptyOptionIsRefused(String option) {
        assertEquals(
                option + " must not be empty",
                assertThrows(ParameterException.class, () -> read(option, "")).getMessage());
    }

    @Test
    void aSubcommandHasOptionsOfItsOwn() {
        CommandLine program = new CommandLine(new Program());
        program.parseArgs("check", "--tls");

        assertTrue(GivenSettings.read(program.getSubcommands().get("check").getCommandSpec())
                .tls());
    }

    private static ResponderConfig read(String... arguments) {
        CommandLine responder = SecureMqttResponder.commandLine();
        responder.parseArgs(arguments);
        return GivenSettings.read(responder.getCommandSpec());
    }

    @Command(name = "program", subcommands = Check.class)
    private static final class Program {}

    @Command(name = "check")
    private static final class Check {
        @Mixin
        BrokerOptions brokerOptions = new BrokerOptions();
    }
}
