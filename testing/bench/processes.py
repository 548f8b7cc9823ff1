"""Starts and stops the processes that the benchmarks need."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parent.parent.parent
# Only Debian's own Python finds the libraries from Debian's packages, even if another Python is first on PATH.
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable


class Failure(Exception):
    """An error that is printed to standard error as one line."""


class Background:
    """A program in the background. The constructor waits until the program prints that it is ready."""

    def __init__(self, command, ready, environment=None):
        self.log = tempfile.NamedTemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env={**os.environ, **(environment or {})})
        deadline = time.monotonic() + 60
        while ready not in pathlib.Path(self.log.name).read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise Failure(f"{command[0]} did not start: {pathlib.Path(self.log.name).read_text()}")
            time.sleep(0.05)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def start_mosquitto(work, port):
    """Start Mosquitto without Nagle's algorithm and without a limit on queued messages.

    With delayed acknowledgements, Nagle's algorithm would add 40 ms to every answer. With a limit, the broker would drop
    messages for a slow responder.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/opt/homebrew/sbin"])
    program = next((folder + "/mosquitto" for folder in path.split(os.pathsep)
                    if os.access(folder + "/mosquitto", os.X_OK)), None)
    if not program:
        raise Failure("there is no Mosquitto")
    configuration = work / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                             "set_tcp_nodelay true\nmax_queued_messages 0\n")
    return Background([program, "-c", str(configuration)], "running")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
