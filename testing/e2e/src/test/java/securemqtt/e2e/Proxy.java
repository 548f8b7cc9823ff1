package securemqtt.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP proxy between a client and a broker on localhost. It can simulate a cut cable: data is lost without any
 * notice.
 */
final class Proxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final int target;
    private final List<Socket> sockets = new ArrayList<>();
    /** The number of cuts so far. A connection that was made before the last cut has a smaller number. */
    private int generation;

    Proxy(int target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Drops all further data of the existing connections. New connections work. */
    synchronized void cut() {
        generation++;
    }

    private synchronized boolean isCut(int connection) {
        return connection < generation;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket broker = new Socket(InetAddress.getByName("127.0.0.1"), target);
                synchronized (this) {
                    sockets.add(client);
                    sockets.add(broker);
                    int connection = generation;
                    start(() -> pump(client, broker, connection));
                    start(() -> pump(broker, client, connection));
                }
            }
        } catch (IOException e) {
            // The proxy was closed.
        }
    }

    private void pump(Socket from, Socket to, int connection) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!isCut(connection)) {
                    out.write(buffer, 0, length);
                }
            }
            if (!isCut(connection)) {
                to.close();
            }
        } catch (IOException e) {
            // The client or the broker closed its connection.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
