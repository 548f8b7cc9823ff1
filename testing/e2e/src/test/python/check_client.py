#!/usr/bin/python3
"""A client as the lab asks for it, right in every case of the responder's check, or wrong in one.

WRONG gives for each case of the check a client that fails it: one step of the right client, replaced.
"""

import argparse
import base64
import os
import signal
import sys
import time

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import mistaken
import peer

TIMEOUT = 30
PARAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 5, "dhparam4096.pem")


class Client:
    """The steps of a right client. A wrong one replaces one of them."""

    def __init__(self, args):
        self.args = args
        self.message = args.message
        self.printed = lambda text: text
        self.code, self.code_after_timeout = 0, 1
        self.host, self.port = args.host or "localhost", args.port or 1884
        self.timeout, self.timeout_with_key = TIMEOUT, TIMEOUT
        self.subscribe_qos = self.publish_qos = 1
        self.retain = False
        self.more_subscriptions = []
        self.client_id = args.netid
        self.waits_for_suback = True
        self.key = lambda group: group.fresh_key()
        self.key_payload = peer.public_pem
        self.secret = lambda z: z
        self.token = lambda fernet: fernet.encrypt(self.message.encode())
        self.ignores_retained = self.ignores_own_key = self.ignores_own_token = self.ignores_junk = True
        self.checks_key = self.checks_mac = True
        self.takes_last_key = self.prints_all = False
        self.disconnects = True
        self.says = lambda line: print(line, file=sys.stderr) if args.verbose else None
        self.end_of_connection = ConnectionError("connection to the broker lost")
        self.early_messages = []

    def run(self):
        self.group = peer.read_group(PARAMS)
        self.own = self.key(self.group)
        link = peer.Link(self.host, self.port, self.client_id)
        try:
            link.mqtt.loop_start()
            link.allow(self.timeout)
            answer = self.exchange(link)
        finally:
            if self.disconnects:
                link.mqtt.disconnect()
                link.mqtt.loop_stop()
        sys.stdout.buffer.write(self.printed(answer) + b"\n")
        sys.stdout.buffer.flush()
        if not self.disconnects:
            os._exit(self.code)
        return self.code

    def exchange(self, link):
        netid, action = self.args.netid, self.args.action
        key_topic, answer_topic = f"{netid}/key-exchange/response", f"{netid}/{action}/response"
        self.wait(link, peer.Link.CONNECTED)
        link.mqtt.subscribe([(topic, self.subscribe_qos) for topic in [key_topic, answer_topic] + self.more_subscriptions])
        if self.waits_for_suback:
            self.wait(link, peer.Link.SUBSCRIBED)
        self.publish(link, f"{netid}/key-exchange/request", self.key_payload(self.own.public_key()))
        self.says("key sent")
        fernet, sent = None, None
        while True:
            message = self.wait(link, peer.Link.MESSAGE)
            if message.retain and self.ignores_retained:
                continue
            try:
                if message.topic == key_topic and (fernet is None or self.takes_last_key):
                    fernet = self.agree(message.payload)
                    if sent is None:
                        link.allow(self.timeout_with_key)
                        sent = self.token(fernet)
                        self.publish(link, f"{netid}/{action}/request", sent)
                        self.says("request sent")
                elif message.topic == answer_topic and fernet is not None:
                    if message.payload == sent and self.ignores_own_token:
                        continue
                    if self.takes_last_key:
                        # Long enough for the second responder's key.
                        time.sleep(1)
                        fernet = self.last_key(link, key_topic) or fernet
                    answer = fernet.decrypt(message.payload) if self.checks_mac else self.decrypt(message.payload)
                    return answer + self.later_answers(link, answer_topic, fernet) if self.prints_all else answer
            except (peer.Failure, InvalidToken, ValueError):
                if not self.ignores_junk:
                    raise

    def wait(self, link, wanted):
        if wanted == peer.Link.MESSAGE and self.early_messages:
            return self.early_messages.pop(0)
        while True:
            kind, value = self.next_event(link)
            if kind == wanted:
                return value
            if kind == peer.Link.MESSAGE:
                # A retained message may arrive before SUBACK.
                self.early_messages.append(value)
            if kind == peer.Link.LOST:
                raise self.end_of_connection

    def next_event(self, link):
        try:
            kind, value = link.events.get(timeout=max(0, link.deadline - time.monotonic()))
        except peer.queue.Empty:
            raise TimeoutError("nobody answered in time") from None
        if kind == peer.Link.CONNECTED and value != 0:
            raise ConnectionError("the broker refused the connection")
        return kind, value

    def last_key(self, link, key_topic):
        fernet = None
        while not link.events.empty():
            kind, message = link.events.get()
            if kind == peer.Link.MESSAGE and message.topic == key_topic:
                fernet = self.agree(message.payload)
        return fernet

    @staticmethod
    def later_answers(link, answer_topic, fernet):
        time.sleep(1)
        lines = b""
        while not link.events.empty():
            kind, message = link.events.get()
            if kind == peer.Link.MESSAGE and message.topic == answer_topic:
                lines += b"\n" + fernet.decrypt(message.payload)
        return lines

    def publish(self, link, topic, payload):
        link.mqtt.publish(topic, payload, self.publish_qos, self.retain)

    def agree(self, pem):
        if self.checks_key:
            key = self.group.read_public_key(pem)
            y = key.public_numbers().y
        else:
            y = self.value(pem)
        if self.ignores_own_key and y == self.own.public_key().public_numbers().y:
            raise peer.Failure("our own key came back")
        z = pow(y, self.own.private_numbers().x, self.group.p).to_bytes(512, "big")
        self.session = peer.session_key(self.secret(z))
        return Fernet(base64.urlsafe_b64encode(self.session))

    @staticmethod
    def value(pem):
        """The public value, whatever its group: the last 512 bytes, or the last byte if it is small."""
        der = base64.b64decode(b"".join(line for line in pem.split(b"\n") if not line.startswith(b"-----")))
        return int.from_bytes(der[-512:], "big") if len(der) > 1040 else der[-1]

    def decrypt(self, token):
        raw = base64.urlsafe_b64decode(token)
        aes = Cipher(algorithms.AES(self.session[16:]), modes.CBC(raw[9:25])).decryptor()
        padded = aes.update(raw[25:-32]) + aes.finalize()
        return padded[:-padded[-1]] if padded[-1] <= 16 else padded


def stripped(action):
    def change(client):
        if client.args.action == action:
            client.printed = lambda text: text.strip()
    return change


def changed(**steps):
    def change(client):
        mistaken.set_all(client, **steps)
    return change


def token_in_milliseconds(client):
    client.token = lambda fernet: fernet.encrypt_at_time(client.message.encode(), int(time.time() * 1000))


def loud(client):
    client.says = lambda line: print(line) if client.args.verbose else None


def truncated(client):
    client.message = client.message[:8192]


def other_port(client):
    client.port = 1884


# In seconds, how long some wrong clients wait in vain. By default longer than a slow responder takes, so that they pass that case.
PATIENCE = int(os.environ.get("CHECK_CLIENT_PATIENCE", "13"))

# For each case a client that fails it.
WRONG = {
    **{action: stripped(action) for action in ("uppercase", "lowercase", "title-case", "reverse")},
    # Shuffled spaces may be anywhere.
    "shuffle": lambda c: setattr(c, "printed", lambda text: text.replace(b" ", b"")) if c.args.action == "shuffle" else None,
    "utf-8": changed(printed=lambda text: text.decode().encode("ascii", "replace")),
    "empty-message": lambda c: None,
    "stdout-only-answer": loud,
    "exit-0": changed(code=3),
    "help": lambda c: None,
    "usage-error": lambda c: None,
    "default-host": lambda c: setattr(c, "host", c.args.host or "127.0.0.9"),
    "default-port": lambda c: setattr(c, "port", c.args.port or 1883),
    "host-option": changed(host="localhost"),
    "port-option": other_port,
    "no-broker": lambda c: None,
    "no-responder": changed(timeout=PATIENCE, code_after_timeout=0),
    "subscribe-qos-1": changed(subscribe_qos=0),
    "publish-qos-1": changed(publish_qos=0),
    "topics": changed(more_subscriptions=["+/+/response"]),
    "key-pem": changed(key_payload=lambda key: peer.public_pem(key).replace(b"PUBLIC", b"DH PUBLIC"), timeout=2),
    "key-group": lambda c: mistaken.set_all(c, key_payload=lambda key: mistaken.dh_pem(c.group, g=5), timeout=2),
    "secret-leading-zero": changed(secret=lambda z: z.lstrip(b"\0"), timeout_with_key=PATIENCE),
    "token": token_in_milliseconds,
    "subscribed-before-key": changed(waits_for_suback=False),
    "not-retained": changed(retain=True),
    "client-id": changed(client_id="a-program"),
    "fresh-keys": changed(key=lambda group: group.key_of(3 ** 200)),
    "disconnects": changed(disconnects=False),
    "retained-ignored": changed(ignores_retained=False, timeout_with_key=PATIENCE),
    "own-key-reflected": changed(ignores_own_key=False, timeout_with_key=PATIENCE),
    "own-token-reflected": changed(ignores_own_token=False),
    "junk-ignored": changed(ignores_junk=False),
    "duplicate-answers": changed(prints_all=True),
    "second-responder": changed(takes_last_key=True, timeout_with_key=PATIENCE),
    "wrong-group-refused": changed(checks_key=False, timeout_with_key=PATIENCE),
    "weak-key-refused": changed(checks_key=False, timeout_with_key=PATIENCE),
    "tampered-answer-refused": changed(checks_mac=False),
    "slow-responder": changed(timeout_with_key=3),
    "long-message": truncated,
    "leading-dash": lambda c: None,
    "broker-restart": changed(end_of_connection=SystemExit(0)),
    "deadline": changed(timeout_with_key=PATIENCE, code_after_timeout=0),
    "interrupt": lambda c: signal.signal(signal.SIGINT, lambda *_: os._exit(0)),
}


def port(text):
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


def parse_arguments(wrong, arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], add_help=False)
    parser.add_argument("--help", action="help", help="print this text and exit")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("-h", "--host")
    parser.add_argument("-p", "--port", type=port)
    parser.add_argument("netid", metavar="NETID", type=peer.topic_level)
    parser.add_argument("action", metavar="ACTION", choices=peer.ACTIONS)
    parser.add_argument("message", metavar="MESSAGE")
    if wrong == "usage-error":
        return parser.parse_known_args(arguments)[0]
    return parser.parse_args(arguments)


def main():
    wrong, arguments = None, sys.argv[1:]
    if arguments[:1] == ["--wrong"]:
        wrong, arguments = arguments[1], arguments[2:]
    if wrong == "help" and "--help" in arguments:
        return 1
    args = parse_arguments(wrong, arguments)
    if wrong == "empty-message" and not args.message or wrong == "leading-dash" and args.message.startswith("-"):
        peer.complain("the message is missing")
        return 2
    client = Client(args)
    if wrong:
        WRONG[wrong](client)
    if wrong == "no-broker":
        return client.run()
    try:
        return client.run()
    except TimeoutError as error:
        peer.complain(peer.describe(error))
        return client.code_after_timeout
    except KeyboardInterrupt:
        return 130
    except (peer.Failure, InvalidToken, OSError, ValueError) as error:
        peer.complain(peer.describe(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
