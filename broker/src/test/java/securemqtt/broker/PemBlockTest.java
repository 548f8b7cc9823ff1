package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.broker.TestFiles.CA_FILE;
import static securemqtt.broker.TestFiles.bytes;
import static securemqtt.broker.TestFiles.refusal;
import static securemqtt.broker.TestFiles.text;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PemBlockTest {
    private static final String KEY = text("authority.key");

    @Test
    void theFirstBlockWithTheLabelIsRewrittenForAStrictReader() throws Exception {
        String file = text("parameters.pem") + "text" + "\n  " + KEY.replace("\n", "\r\n  ") + text("encrypted.key");

        assertEquals(KEY, new String(first(file).toPem(), StandardCharsets.US_ASCII));
    }

    @Test
    void headersAreNotPartOfTheContent() throws Exception {
        String headers = "Proc-Type: 4,CLEAR\nComment: a\n  longer one\n\n";
        String file = KEY.replaceFirst("\n", "\n" + headers);

        assertEquals(KEY, new String(first(file).toPem(), StandardCharsets.US_ASCII));
    }

    @Test
    void theErrorNamesTheMissingLabelAndThePresentOnes() {
        assertEquals(
                "--cafile ca.pem has no PRIVATE KEY block, only DH PARAMETERS, CERTIFICATE",
                refusal(() -> first(text("parameters.pem") + text("parameters.pem") + text("authority.pem"))));
    }

    @Test
    void theErrorHasTheCommandThatConvertsTheBlock() {
        String encrypted = KEY.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");

        assertEquals(
                "--cafile ca.pem has no PRIVATE KEY block, only ENCRYPTED PRIVATE KEY; decrypt it with openssl pkey",
                refusal(() -> first(encrypted)));
    }

    @Test
    void theErrorNamesTheFileAndTheBlockWithoutItsContent() throws Exception {
        assertEquals(
                "--cafile ca.pem: block 2 (PRIVATE KEY) is broken",
                first(text("authority.pem") + KEY).unusable("is broken").getMessage());
    }

    @Test
    void anUnprintableLabelIsNotALabel() {
        assertEquals(
                "--cafile ca.pem is not a PEM file: no line begins with -----BEGIN",
                refusal(() -> first("-----BEGIN \u001B[2J-----\n-----END \u001B[2J-----\n")));
    }

    private static PemBlock first(String text) throws UnusableFileException {
        return PemBlock.readFirst("PRIVATE KEY", CA_FILE, bytes(text));
    }
}
