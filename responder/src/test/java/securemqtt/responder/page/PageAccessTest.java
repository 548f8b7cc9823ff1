package securemqtt.responder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageAccessTest {
    private static final String COOKIE = "secure-mqtt-page-9100=cookie";

    private final PageAccess access = new PageAccess("lab.example", "token", "cookie");

    @Test
    void theCookieAllowsToRead() {
        assertEquals(new PageAccess.Allowed(), decide("GET", "localhost:9100", null, null, COOKIE));
        assertEquals(new PageAccess.Allowed(), decide("GET", "localhost:9100", null, null, "a=b; " + COOKIE + ";c"));
    }

    @Test
    void theTokenIsExchangedForACookieThatScriptsAndOtherSitesDoNotGet() {
        assertEquals(
                new PageAccess.LoggedIn(COOKIE + "; Path=/; HttpOnly; SameSite=Strict"),
                decide("GET", "localhost:9100", null, "token", null));
    }

    @ParameterizedTest
    @CsvSource({
        ", ",
        ", secure-mqtt-page-9100=token",
        ", secure-mqtt-page-9101=cookie",
        ", secure-mqtt-page-9100",
        ", secure-mqtt-page-9100=",
        "cookie, ",
        "'', ",
        "other, " + COOKIE,
    })
    void anotherTokenOrCookieIsRefused(String token, String cookies) {
        assertEquals(401, status(decide("GET", "localhost:9100", null, token, cookies)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:1", "127.0.0.1:9100", "192.168.1.20:80", "[::1]:9100", "lab.example:9100"
            })
    void addressesAndTheNameOfThePageAreItsHosts(String host) {
        assertEquals(new PageAccess.Allowed(), decide("GET", host, null, null, COOKIE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example:9100",
                "localhost.attacker.example",
                "127.0.0.1.attacker.example:9100",
                "1.2.3.4.5",
                "[::1].attacker.example",
                "localhost:9100:9100",
                "localhost:",
                "user@localhost:9100",
                "",
            })
    void anotherHostIsRefusedEvenWithTheToken(String host) {
        assertEquals(403, status(decide("GET", host, null, "token", COOKIE)));
    }

    @Test
    void aRequestWithoutHostIsRefused() {
        assertEquals(403, status(decide("GET", null, null, null, COOKIE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://attacker.example",
                "null",
                "http://localhost:9101",
                "https://localhost:9100",
                "http://localhost"
            })
    void aRequestOfAnotherPageIsRefused(String origin) {
        assertEquals(403, status(decide("GET", "localhost:9100", origin, null, COOKIE)));
    }

    @Test
    void aRequestOfThePageItselfIsAllowed() {
        assertEquals(new PageAccess.Allowed(), decide("GET", "localhost:9100", "http://localhost:9100", null, COOKIE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"})
    void onlyGetIsAllowed(String method) {
        assertEquals(405, status(decide(method, "localhost:9100", null, "token", COOKIE)));
    }

    private PageAccess.Decision decide(String method, String host, String origin, String token, String cookies) {
        return access.decide(new PageAccess.Request(
                9100,
                method,
                Optional.ofNullable(host),
                Optional.ofNullable(origin),
                Optional.ofNullable(token),
                Optional.ofNullable(cookies)));
    }

    private static int status(PageAccess.Decision decision) {
        return decision instanceof PageAccess.Refused refused ? refused.status() : 200;
    }
}
