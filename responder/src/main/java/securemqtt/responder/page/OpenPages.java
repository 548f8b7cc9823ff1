package securemqtt.responder.page;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Sends events to the pages that are open (Server-sent events, WHATWG HTML section 9.2). Only the event loop may use
 * it.
 */
final class OpenPages {
    static final int MAX = 10;

    private static final int TICK_MILLIS = 250;
    private static final int TICKS_PER_SECOND = 1000 / TICK_MILLIS;
    private static final int BEAT_SECONDS = 5;
    /** In bytes. A page that leaves more than this unread is dropped, see {@link #write}. */
    private static final int MAX_UNREAD = 256 * 1024;

    private final Vertx vertx;
    private final Recording recording;
    private final Supplier<JsonObject> counts;
    private final BooleanSupplier connected;
    private final List<Page> pages = new ArrayList<>();
    private long timer;
    private long ticks;
    private boolean wasConnected;

    private record Page(HttpServerRequest request, boolean isClassView) {}

    /**
     * @param counts the numbers of the class view
     * @param connected whether the responder is connected to the broker
     */
    OpenPages(Vertx vertx, Recording recording, Supplier<JsonObject> counts, BooleanSupplier connected) {
        this.vertx = vertx;
        this.recording = recording;
        this.counts = counts;
        this.connected = connected;
    }

    /** Whether the limit of open pages is reached. */
    boolean isFull() {
        return pages.size() >= MAX;
    }

    /** Answers a request with events until the page is closed. The page gets what is recorded so far at once. */
    void open(HttpServerRequest request, boolean isClassView) {
        Page page = new Page(request, isClassView);
        HttpServerResponse response = request.response();
        response.setChunked(true).setWriteQueueMaxSize(MAX_UNREAD).putHeader("Content-Type", "text/event-stream");
        response.exceptionHandler(e -> close(page));
        response.closeHandler(closed -> close(page));
        pages.add(page);
        if (pages.size() == 1) {
            timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
        }
        write(page, "state", state());
        if (isClassView) {
            write(page, "counts", counts.get().encode());
        } else {
            write(page, "all", json(recording.all()));
        }
    }

    private void close(Page page) {
        if (pages.remove(page) && pages.isEmpty()) {
            vertx.cancelTimer(timer);
        }
    }

    private void tick() {
        ticks++;
        if (ticks % (BEAT_SECONDS * TICKS_PER_SECOND) == 0 || wasConnected != connected.getAsBoolean()) {
            writeAll(true, "state", state());
            writeAll(false, "state", state());
        }
        List<Recording.Summary> changed = recording.takeChanged();
        if (!changed.isEmpty()) {
            writeAll(false, "netids", json(changed));
        }
        if (ticks % TICKS_PER_SECOND == 0 && pages.stream().anyMatch(Page::isClassView)) {
            writeAll(true, "counts", counts.get().encode());
        }
    }

    private String state() {
        wasConnected = connected.getAsBoolean();
        return new JsonObject().put("connected", wasConnected).encode();
    }

    private static String json(List<Recording.Summary> summaries) {
        JsonArray all = new JsonArray();
        summaries.forEach(summary -> all.add(PageJson.summary(summary)));
        return all.encode();
    }

    private void writeAll(boolean isClassView, String event, String json) {
        for (Page page : List.copyOf(pages)) {
            if (page.isClassView() == isClassView) {
                write(page, event, json);
            }
        }
    }

    /** Closes a page that does not read, instead of keeping what it has not read. It may open again. */
    private void write(Page page, String event, String json) {
        if (page.request().response().writeQueueFull()) {
            close(page);
            // Vert.x's own handler would first wait until everything is written, so this passes it by.
            ((ConnectionBase) page.request().connection())
                    .channel()
                    .pipeline()
                    .firstContext()
                    .close();
            return;
        }
        // JSON has no line feeds, so one line of data is enough.
        page.request().response().write("event: " + event + "\ndata: " + json + "\n\n");
    }
}
