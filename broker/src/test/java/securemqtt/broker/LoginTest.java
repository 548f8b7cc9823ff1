package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    private static final String EURO = "\u20AC";
    /** As long as MQTT allows: each sign takes three bytes. */
    private static final String LONGEST = EURO.repeat(65_535 / 3);

    @TempDir
    Path folder;

    @Test
    void thereIsNoLoginWithoutAUserName() throws Exception {
        assertEquals(Optional.empty(), Login.read(Optional.empty(), Optional.empty(), "secret"));
    }

    @Test
    void thePasswordIsTheValueOfTheVariable() throws Exception {
        Login login = login("student", Optional.empty(), "secret");

        assertEquals("student", login.userName());
        assertEquals("secret", login.password());
    }

    @Test
    void thePasswordFileHasPriorityOverTheVariable() throws Exception {
        assertEquals(
                "first",
                login("student", Optional.of(file("first\nsecond\n")), "other").password());
    }

    @Test
    void aPasswordFileNeedsAUserName() {
        OptionFile missing = new OptionFile("--password-file", folder.resolve("missing"));

        assertEquals(
                "--password-file needs --username",
                assertThrows(
                                UnusableOptionException.class,
                                () -> Login.read(Optional.empty(), Optional.of(missing), null))
                        .getMessage());
    }

    @Test
    void aUserNameNeedsAPassword() {
        assertEquals(
                "--username needs a password: set SECURE_MQTT_PASSWORD or name a --password-file",
                problem("student", Optional.empty(), null));
    }

    @Test
    void userNameAndPasswordMayHaveAsManyBytesAsMqttAllows() throws Exception {
        assertEquals(LONGEST, login(LONGEST, Optional.empty(), LONGEST).userName());
        assertEquals(
                LONGEST,
                login("student", Optional.of(file(LONGEST + "\n")), null).password());
    }

    @Test
    void aLongerUserNameOrPasswordIsRefused() throws Exception {
        String tooLong = LONGEST + "x";
        OptionFile file = file(tooLong);
        String problem = " has 65536 bytes in UTF-8, but MQTT allows at most 65535";

        assertEquals("--username" + problem, problem(tooLong, Optional.empty(), "secret"));
        assertEquals("SECURE_MQTT_PASSWORD" + problem, problem("student", Optional.empty(), tooLong));
        assertEquals(file + ": the password" + problem, problem("student", Optional.of(file), null));
    }

    @Test
    void theTextOfALoginDoesNotShowThePassword() throws Exception {
        assertFalse(login("student", Optional.empty(), "secret").toString().contains("secret"));
    }

    private OptionFile file(String content) throws Exception {
        return new OptionFile("--password-file", Files.writeString(folder.resolve("password"), content));
    }

    private static Login login(String userName, Optional<OptionFile> passwordFile, String variable) throws Exception {
        return Login.read(Optional.of(userName), passwordFile, variable).orElseThrow();
    }

    private static String problem(String userName, Optional<OptionFile> passwordFile, String variable) {
        return assertThrows(UnusableOptionException.class, () -> login(userName, passwordFile, variable))
                .getMessage();
    }
}
