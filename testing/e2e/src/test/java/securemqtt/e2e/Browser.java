package securemqtt.e2e;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A real browser without a window. Each page is opened in a fresh profile. */
final class Browser implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private Browser(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static Browser start() throws IOException {
        ProcessBuilder node = new ProcessBuilder(
                Peers.require("node"), Peers.requireBrowserDriver().toString(), Peers.require("chromium"));
        return new Browser(node.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Opens a page, and returns the HTTP status. */
    int open(String url) throws IOException {
        return (Integer) run(new JsonObject().put("do", "open").put("url", url));
    }

    int openWithoutJavaScript(String url) throws IOException {
        JsonObject options = new JsonObject().put("javaScriptEnabled", false);
        return (Integer) run(new JsonObject().put("do", "open").put("url", url).put("options", options));
    }

    String url() throws IOException {
        return (String) run(new JsonObject().put("do", "url"));
    }

    /** The value of an expression in JavaScript: a string, number, boolean, JSON object or array. */
    Object evaluate(String js) throws IOException {
        return run(new JsonObject().put("do", "evaluate").put("js", js));
    }

    /** Waits until an expression in JavaScript is true. */
    void await(String js) throws IOException {
        run(new JsonObject().put("do", "await").put("js", js));
    }

    /** Waits until the page shows a text. */
    void awaitText(String text) throws IOException {
        await("document.body.innerText.includes("
                + new JsonArray().add(text).encode().replaceAll("^.|.$", "") + ")");
    }

    String text() throws IOException {
        return (String) evaluate("document.body.innerText");
    }

    void click(String selector) throws IOException {
        run(new JsonObject().put("do", "click").put("selector", selector));
    }

    /** Presses a key, such as Tab. */
    void press(String key) throws IOException {
        run(new JsonObject().put("do", "press").put("key", key));
    }

    /** @param scheme light or dark */
    void setColorScheme(String scheme) throws IOException {
        run(new JsonObject().put("do", "scheme").put("value", scheme));
    }

    void setSize(int width, int height) throws IOException {
        run(new JsonObject().put("do", "size").put("width", width).put("height", height));
    }

    void takePicture(Path file) throws IOException {
        run(new JsonObject().put("do", "picture").put("file", file.toString()));
    }

    /** Errors of scripts, forbidden by the page's policy or thrown, and dialogs. */
    List<String> problems() throws IOException {
        return strings(run(new JsonObject().put("do", "problems")));
    }

    /** What axe finds against the rules of accessibility. */
    List<String> accessibilityViolations() throws IOException {
        return strings(run(new JsonObject().put("do", "axe")));
    }

    private static List<String> strings(Object array) {
        return ((JsonArray) array).stream().map(String.class::cast).collect(Collectors.toList());
    }

    private Object run(JsonObject command) throws IOException {
        commands.write(command.encode() + "\n");
        commands.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new AssertionError("the browser has ended");
        }
        JsonObject answer = new JsonObject(line);
        if (answer.containsKey("error")) {
            throw new AssertionError(answer.getString("error"));
        }
        return answer.getValue("value");
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
