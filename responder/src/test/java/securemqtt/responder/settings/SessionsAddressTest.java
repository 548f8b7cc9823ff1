package securemqtt.responder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://redis, redis://redis:6379/0",
        "redis://redis:7000, redis://redis:7000/0",
        "redis://redis:7000/, redis://redis:7000/0",
        "rediss://redis.example.edu:6380/3, rediss://redis.example.edu:6380/3",
        "redis://[::1]:6379, redis://[::1]:6379/0",
        "redis://class@redis, redis://redis:6379/0",
    })
    void anAddressHasDefaultsForPortAndDatabase(String text, String uri) {
        assertEquals(uri, SessionsAddress.parse(text).toUri());
    }

    @Test
    void theLoginIsEncodedForTheClient() {
        assertEquals(
                "redis://class:a%2Fb%3Ac%20%25%40@redis:6379/0",
                SessionsAddress.parse("redis://class@redis").toUri("a/b:c %@"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis",
                "http://redis",
                "redis://",
                "redis://re dis",
                "redis:redis",
                "redis://redis/x",
                "redis://redis?db=1",
                "redis://redis#1"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertEquals(
                "--sessions must be redis://HOST:PORT, or rediss://HOST:PORT for TLS; a user and a database may be added:"
                        + " redis://USER@HOST:PORT/1",
                refusal(text));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://redis:0, the port of --sessions must be in 1..65535, 'not 0'",
        "redis://redis/65536, the database of --sessions must be in 0..65535, 'not 65536'",
    })
    void numbersHaveLimits(String text, String limits, String given) {
        assertEquals(limits + ", " + given, refusal(text));
    }

    @Test
    void aPasswordIsRefusedAndNotShown() {
        String refusal = refusal("redis://class:hunter2@redis");

        assertFalse(refusal.contains("hunter2"));
        assertEquals(
                "--sessions must not contain a password, which all users of this computer can see: use"
                        + " --sessions-password-file FILE or SECURE_MQTT_SESSIONS_PASSWORD",
                refusal);
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> SessionsAddress.parse(text))
                .getMessage();
    }
}
