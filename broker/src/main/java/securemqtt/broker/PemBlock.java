package securemqtt.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A PEM block of a file: base64 between a BEGIN and an END line that carry a label (RFC 7468). This reader accepts
 * the files that OpenSSL accepts, and blocks that have lost their line breaks. Keys from peers go through the
 * protocol's own strict reader.
 */
public final class PemBlock {
    /** The commands that convert blocks of other kinds, by label. */
    private static final Map<String, String> CONVERSIONS = Map.of(
            "PKCS7", "; convert it with openssl pkcs7 -print_certs",
            "ENCRYPTED PRIVATE KEY", "; decrypt it with openssl pkey");

    private static final String DASHES = "-----";
    private static final String BEGIN = DASHES + "BEGIN ";
    private static final String END = DASHES + "END ";
    private static final int MAX_LABEL_LENGTH = 64;
    /** How many labels an error line names. */
    private static final int MAX_LABELS = 4;

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final OptionFile file;
    private final int number;
    private final String label;
    /** The text between the two lines. It may be a private key. */
    private final String body;

    private PemBlock(OptionFile file, int number, String label, String body) {
        this.file = file;
        this.number = number;
        this.label = label;
        this.body = body;
    }

    /**
     * Reads the blocks of a file. It ignores a byte order mark and the text between the blocks.
     *
     * @return at least one block
     * @throws UnusableFileException if there is no block, if one has no END line, or if the file is UTF-16
     */
    static List<PemBlock> read(OptionFile file, byte[] content) throws UnusableFileException {
        String text = new String(ByteOrderMark.remove(file, content), StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        List<PemBlock> blocks = new ArrayList<>();
        int endOfBlock = 0;
        for (int begin = text.indexOf(BEGIN); begin >= 0; ) {
            int afterBegin = begin + BEGIN.length();
            String label = label(text, afterBegin);
            if (label != null && startsLine(text, begin, endOfBlock)) {
                int from = begin + markerLength(BEGIN, label);
                PemBlock block = block(file, blocks.size() + 1, label, text, from);
                blocks.add(block);
                endOfBlock = from + block.body.length() + markerLength(END, label);
            }
            begin = text.indexOf(BEGIN, Math.max(afterBegin, endOfBlock));
        }
        if (blocks.isEmpty()) {
            throw new UnusableFileException(file + " " + BinaryFormat.explain(content));
        }
        return blocks;
    }

    /** Finds the first block with this label. */
    public static PemBlock readFirst(String label, OptionFile file, byte[] content) throws UnusableFileException {
        List<PemBlock> blocks = read(file, content);
        return blocks.stream()
                .filter(block -> block.label.equals(label))
                .findFirst()
                .orElseThrow(() -> missing(label, file, blocks));
    }

    /** The error for a file that has blocks, but none with this label. */
    static UnusableFileException missing(String label, OptionFile file, List<PemBlock> blocks) {
        String labels = blocks.stream()
                .map(PemBlock::label)
                .distinct()
                .limit(MAX_LABELS)
                .collect(Collectors.joining(", "));
        String hint = blocks.stream()
                .map(block -> CONVERSIONS.getOrDefault(block.label, ""))
                .filter(conversion -> !conversion.isEmpty())
                .findFirst()
                .orElse("");
        return new UnusableFileException(file + " has no " + label + " block, only " + labels + hint);
    }

    /** @param from where the body begins */
    private static PemBlock block(OptionFile file, int number, String label, String text, int from)
            throws UnusableFileException {
        int end = text.indexOf(END, from);
        int next = text.indexOf(BEGIN, from);
        if (end < 0 || next >= 0 && next < end) {
            throw new PemBlock(file, number, label, "").unusable("has no END line");
        }
        PemBlock block = new PemBlock(file, number, label, text.substring(from, end));
        if (!label.equals(label(text, end + END.length()))) {
            throw block.unusable("has an END line with another label");
        }
        return block;
    }

    /** The label that begins at {@code from}, or null if there is none, or none in printable ASCII. */
    private static String label(String text, int from) {
        int to = text.indexOf(DASHES, from);
        if (to < 0 || to - from > MAX_LABEL_LENGTH) {
            return null;
        }
        String label = text.substring(from, to);
        return label.chars().allMatch(c -> c >= ' ' && c <= '~') ? label : null;
    }

    /** Whether only spaces and tabs are before {@code index}, back to the previous line or block. */
    private static boolean startsLine(String text, int index, int endOfBlock) {
        int i = index;
        while (i > endOfBlock && (text.charAt(i - 1) == ' ' || text.charAt(i - 1) == '\t')) {
            i--;
        }
        return i == endOfBlock || text.charAt(i - 1) == '\n';
    }

    private static int markerLength(String marker, String label) {
        return marker.length() + label.length() + DASHES.length();
    }

    String label() {
        return label;
    }

    /** The bytes in the block. */
    byte[] content() throws UnusableFileException {
        String base64 = withoutHeaders().replaceAll("\\s", "");
        if (base64.isEmpty()) {
            throw unusable("is empty");
        }
        try {
            // The decoder accepts missing padding, but a text without it is probably cut off.
            if (base64.length() % 4 == 0) {
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw unusable("is not valid base64");
    }

    /** Old keys have headers such as Proc-Type between the BEGIN line and a blank line (RFC 1421, section 4.4). */
    private String withoutHeaders() {
        List<String> lines = body.strip().lines().toList();
        if (lines.isEmpty() || !lines.get(0).contains(":")) {
            return body;
        }
        return String.join(
                "\n", lines.stream().dropWhile(line -> !line.isBlank()).toList());
    }

    /**
     * Writes the block in the form that a strict reader accepts, with LF and 64 columns.
     *
     * @throws UnusableFileException if the block is not base64
     */
    public byte[] toPem() throws UnusableFileException {
        return encode(label, content()).getBytes(StandardCharsets.US_ASCII);
    }

    static String encode(String label, byte[] content) {
        return BEGIN + label + DASHES + "\n" + LINES.encodeToString(content) + "\n" + END + label + DASHES + "\n";
    }

    /** @param problem the fault of the block; the text goes after the block's name */
    public UnusableFileException unusable(String problem) {
        return new UnusableFileException(file + ": " + this + " " + problem);
    }

    /** The number and the label, without the content, which may be a private key. */
    @Override
    public String toString() {
        return "block " + number + " (" + label + ")";
    }
}
