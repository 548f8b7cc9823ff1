package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DemoIT {
    private static final String DEMO = Program.HOME.resolve("demo").toString();

    @Test
    void withoutArgumentsItPrintsTheLabsAnswer() {
        assertEquals(
                "NETWORKING IS THE BEST!\n",
                Program.start(DEMO).await().expect(0).stdout());
    }

    @Test
    void theDemoPassesItsArgumentsToTheClient() {
        assertEquals(
                "emiT erofeB NAL ehT\n",
                Program.start(DEMO, "-v", "me", "reverse", "The LAN Before Time")
                        .await()
                        .expect(0)
                        .stdout());
    }

    @Test
    void theDemoExitsWithTheClientsFailure() {
        Program.start(DEMO, "me", "no-such-action", "x").await().expect(2);
    }
}
