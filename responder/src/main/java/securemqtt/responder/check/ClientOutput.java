package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import securemqtt.responder.log.LogText;

/** What a client wrote, in lines that cannot control a terminal. */
final class ClientOutput {
    private static final Pattern NEWLINE = Pattern.compile("\\r?\\n");
    private static final Pattern INDENTATION = Pattern.compile("^\\t+");

    private ClientOutput() {}

    /**
     * Splits an output into printable lines, cuts long ones, and leaves out the middle if there are many.
     *
     * @param most how many lines to keep
     * @return no line if the output is empty
     */
    static List<String> lines(byte[] output, int most) {
        if (output.length == 0) {
            return List.of();
        }
        String text = new String(output, StandardCharsets.UTF_8);
        boolean isComplete = text.endsWith("\n");
        List<String> all = new ArrayList<>(List.of(NEWLINE.split(text, -1)));
        if (isComplete) {
            all.remove(all.size() - 1);
        }
        Excerpt<String> excerpt = Excerpt.of(all, most);
        return Stream.of(
                        excerpt.first().stream().map(ClientOutput::printable),
                        excerpt.omitted() == 0
                                ? Stream.<String>empty()
                                : Stream.of("[… " + excerpt.omitted() + " lines left out]"),
                        excerpt.last().stream().map(ClientOutput::printable),
                        isComplete ? Stream.<String>empty() : Stream.of("[no newline at the end]"))
                .flatMap(part -> part)
                .toList();
    }

    /** Stack traces begin their lines with tabs. */
    private static String printable(String line) {
        return LogText.of(INDENTATION.matcher(line).replaceAll(tabs -> Stream.generate(() -> "    ")
                .limit(tabs.group().length())
                .collect(Collectors.joining())));
    }
}
