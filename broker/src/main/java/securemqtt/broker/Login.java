package securemqtt.broker;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The user name and the password that a program gives a broker. The password is not part of {@code toString}. */
public final class Login {
    /** The environment variable with the password. It is not a setting, because libraries and tools show settings. */
    public static final String PASSWORD_VARIABLE = "SECURE_MQTT_PASSWORD";

    public static final String USER_NAME_OPTION = "--username";

    /**
     * The longest user name and the longest password, in bytes of UTF-8 (MQTT 3.1.1, sections 3.1.3.4 and 3.1.3.5).
     */
    static final int MAX_LENGTH = 65_535;

    private final String userName;
    private final String password;

    private Login(String userName, String password) {
        this.userName = userName;
        this.password = password;
    }

    /**
     * Puts a login together from what the user gave. The password file has priority over the variable. Reading the
     * file may block.
     *
     * @param variable the value of {@link #PASSWORD_VARIABLE}, or null if the variable is not set
     * @return empty if there is no user name and no password file
     * @throws UnusableOptionException if one of them is missing, unusable, or too long for MQTT
     */
    public static Optional<Login> read(Optional<String> userName, Optional<OptionFile> passwordFile, String variable)
            throws UnusableOptionException {
        if (userName.isEmpty()) {
            if (passwordFile.isPresent()) {
                throw new UnusableOptionException(PasswordFile.OPTION + " needs " + USER_NAME_OPTION);
            }
            return Optional.empty();
        }
        checkLength(USER_NAME_OPTION, userName.get());
        if (passwordFile.isPresent()) {
            String password = PasswordFile.read(passwordFile.get());
            checkLength(passwordFile.get() + ": the password", password);
            return Optional.of(new Login(userName.get(), password));
        }
        if (variable == null) {
            throw new UnusableOptionException(USER_NAME_OPTION + " needs a password: set " + PASSWORD_VARIABLE
                    + " or name a " + PasswordFile.OPTION);
        }
        checkLength(PASSWORD_VARIABLE, variable);
        return Optional.of(new Login(userName.get(), variable));
    }

    private static void checkLength(String name, String value) throws UnusableOptionException {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_LENGTH) {
            throw new UnusableOptionException(
                    name + " has " + length + " bytes in UTF-8, but MQTT allows at most " + MAX_LENGTH);
        }
    }

    public String userName() {
        return userName;
    }

    public String password() {
        return password;
    }

    /** The user name only. */
    @Override
    public String toString() {
        return "Login[" + userName + "]";
    }
}
