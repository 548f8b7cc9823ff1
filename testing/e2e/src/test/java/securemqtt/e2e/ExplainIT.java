package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The responder's command explain, with keys made by OpenSSL. */
class ExplainIT {
    @TempDir
    Path folder;

    @BeforeEach
    void makeKeys() {
        for (String name : List.of("client", "responder")) {
            openssl("genpkey -paramfile '" + Program.HOME.resolve("dhparam4096.pem") + "' -out " + name + ".key");
            openssl("pkey -in " + name + ".key -pubout -out " + name + ".pem");
        }
    }

    @Test
    void theSharedSecretIsTheOneOfOpenssl() {
        String sha256 = openssl("pkeyutl -derive -inkey client.key -peerkey responder.pem | openssl dgst -sha256 -r")
                .stdout()
                .substring(0, 64);

        Program.Result result = Program.responder(explain()).await().expect(0);

        assertTrue(
                result.stdout().contains("\nstep: shared secret Z: 512 bytes, first 8 ")
                        && result.stdout().contains(", SHA-256 " + sha256 + "\n"),
                result.stdout());
        assertEquals(List.of(), result.stderr());
    }

    @Test
    void anExplanationThatCannotBeWrittenIsReported() {
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();

        Program.Result result = Program.start(
                        "sh", "-c", "exec '" + launcher + "' " + String.join(" ", explain()) + " >/dev/full")
                .await()
                .expect(1);

        assertEquals(
                "secure_mqtt_responder: error: the explanation could not be written to standard output",
                result.stderr().get(0));
    }

    private String[] explain() {
        return new String[] {
            "explain",
            "--private",
            folder.resolve("client.key").toString(),
            "--peer",
            folder.resolve("responder.pem").toString()
        };
    }

    private Program.Result openssl(String command) {
        Peers.require("openssl");
        return Program.start("sh", "-c", "cd '" + folder + "' && openssl " + command)
                .await()
                .expect(0);
    }
}
