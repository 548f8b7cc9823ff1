#!/usr/bin/python3
"""An independent client and responder of the secure MQTT exchange, to test the Java programs against.

It shares no code with them: Diffie-Hellman, HKDF, Fernet and the encoding of keys are those of the cryptography
library (that is, OpenSSL), MQTT is paho's. Written for Debian 12: Python 3.11, cryptography 38, paho-mqtt 1.6.

The network thread only puts what happens into a queue; the main thread waits on that queue and does the work.
"""

import argparse
import base64
import hashlib
import itertools
import json
import os
import queue
import random
import re
import secrets
import signal
import socket
import sys
import time
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.dh import DHPublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding, ParameterFormat, PublicFormat, load_der_private_key, load_pem_parameters, load_pem_public_key)

DH_OID = bytes.fromhex("06092a864886f70d010301")  # 1.2.840.113549.1.3.1, PKCS#3 dhKeyAgreement
SECRET_BYTES = 512
WINDOW = 16  # key exchanges under way at once in the hunt for leading zeros


class Failure(Exception):
    """An error that is printed to standard error as one line."""


# ---- Diffie-Hellman, key derivation -----------------------------------------------------------------------------

class Group:
    """The Diffie-Hellman group. Generates and reads its keys."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.p = parameters.parameter_numbers().p

    def fresh_key(self):
        return self.parameters.generate_private_key()

    def key_of(self, x):
        """The key pair with the private value x.

        By way of PKCS#8, because DHPrivateNumbers(...).private_key() proves p prime each time: six seconds.
        OpenSSL computes the public value.
        """
        parameters = self.parameters.parameter_bytes(Encoding.DER, ParameterFormat.PKCS3)
        algorithm = der(0x30, DH_OID + parameters)
        return load_der_private_key(der(0x30, der_integer(0) + algorithm + der(0x04, der_integer(x))), None)

    def read_public_key(self, pem):
        try:
            key = load_pem_public_key(pem)
        except Exception as error:  # ValueError, UnsupportedAlgorithm or, for a negative number, InternalError
            raise Failure(f"not a public key: {type(error).__name__}") from error
        if not isinstance(key, DHPublicKey):
            raise Failure("not a Diffie-Hellman public key")
        if key.parameters().parameter_numbers() != self.parameters.parameter_numbers():
            raise Failure("public key of another group")
        if not 2 <= key.public_numbers().y <= self.p - 2:
            raise Failure("public value outside 2..p-2")
        return key

    def key_with_leading_zeros(self, peer_y, zeros):
        """A key pair whose shared secret with peer_y has exactly that many leading zero bytes.

        From a random private value upwards; a step costs one multiplication, 256 ** zeros steps on average.
        """
        start = secrets.randbits(512) | 1 << 511
        high, low = 1 << 8 * (SECRET_BYTES - zeros), 1 << 8 * (SECRET_BYTES - zeros - 1)
        z, steps = pow(peer_y, start, self.p), 0
        while not low <= z < high:
            z, steps = z * peer_y % self.p, steps + 1
        return self.key_of(start + steps)


def der(tag, body):
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def der_integer(value):
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def public_pem(key):
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key):
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def shared_secret(private_key, peer_key):
    if peer_key.public_numbers() == private_key.public_key().public_numbers():
        raise Failure("our own public key came back")
    secret = private_key.exchange(peer_key)  # padded with zeros on the left by the library
    if len(secret) != SECRET_BYTES:
        raise Failure(f"shared secret of {len(secret)} bytes")
    return secret


def leading_zeros(secret):
    return len(secret) - len(secret.lstrip(b"\0"))


def session_key(secret):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"\0", info=b"\0").derive(secret)


def codec(secret):
    return Fernet(base64.urlsafe_b64encode(session_key(secret)))


# ---- The text actions -------------------------------------------------------------------------------------------

def title_case(text):
    return re.sub(r"\S+", lambda word: word[0][0].upper() + word[0][1:].lower(), text)


def shuffle(text):
    return "".join(random.SystemRandom().sample(text, len(text)))


ACTIONS = {
    "uppercase": str.upper,
    "lowercase": str.lower,
    "title-case": title_case,
    "reverse": lambda text: text[::-1],
    "shuffle": shuffle,
}
PREDICTABLE = [action for action in ACTIONS if action != "shuffle"]


def random_text(number):
    """Text whose case Python and Java convert alike; every eighth is empty."""
    if number % 8 == 1:
        return ""
    return "".join(
        random.choice("aZqéÉöÖ") + "".join(random.choices("bcXYZéÉöÖ019'-,😀🌍", k=random.randrange(12)))
        + random.choice([" ", "  ", "\t", "\n"])
        for _ in range(random.randint(1, 9)))


# ---- MQTT -------------------------------------------------------------------------------------------------------

class Link:
    """One MQTT connection, whose events are (kind, value) in a queue."""

    CONNECTED, SUBSCRIBED, MESSAGE, LOST, STOP = "CONNACK", "SUBACK", "answer", "loss", "stop"

    def __init__(self, host, port, client_id=""):
        self.events = queue.SimpleQueue()
        self.deadline = None
        self.mqtt = mqtt.Client(client_id, clean_session=True, protocol=mqtt.MQTTv311)
        self.mqtt.on_socket_open = lambda _client, _data, connection: without_delay(connection)
        self.mqtt.on_connect = lambda _client, _data, _flags, code: self.events.put((self.CONNECTED, code))
        self.mqtt.on_subscribe = lambda _client, _data, _mid, granted: self.events.put((self.SUBSCRIBED, granted))
        self.mqtt.on_message = lambda _client, _data, message: self.events.put((self.MESSAGE, message))
        self.mqtt.on_disconnect = lambda _client, _data, code: self.events.put((self.LOST, code))
        self.mqtt.connect(host, port)

    def __enter__(self):
        self.mqtt.loop_start()
        return self

    def __exit__(self, *_):
        self.mqtt.disconnect()
        self.mqtt.loop_stop()

    def next_event(self):
        """The next (kind, value). Raises an error for a refusal, and when the deadline passes."""
        try:
            kind, value = self.events.get(timeout=self.deadline and max(0, self.deadline - time.monotonic()))
        except queue.Empty:
            raise Failure("timeout") from None
        if kind == self.CONNECTED and value != 0:
            raise ConnectionError(mqtt.connack_string(value))
        if kind == self.SUBSCRIBED and any(granted != 1 for granted in value):
            raise Failure(f"subscription granted with {value} in place of QoS 1")
        return kind, value

    def wait_for(self, wanted):
        while True:
            kind, value = self.next_event()
            if kind == wanted:
                return value
            if kind == self.LOST:
                raise ConnectionError("connection to the broker lost")

    def wait_for_answer(self, topics):
        """The next message on one of these topics. Checks its QoS and retain flag."""
        while True:
            message = self.wait_for(self.MESSAGE)
            if message.topic in topics:
                if message.qos != 1 or message.retain:
                    raise Failure(f"{message.topic} came with QoS {message.qos}, retain {message.retain}")
                return message

    def allow(self, seconds):
        self.deadline = time.monotonic() + seconds

    def subscribe(self, *topics):
        self.mqtt.subscribe([(topic, 1) for topic in topics])

    def unsubscribe(self, *topics):
        self.mqtt.unsubscribe(list(topics))

    def publish(self, topic, payload):
        return self.mqtt.publish(topic, payload, qos=1, retain=False)


def without_delay(connection):
    """Turn off Nagle's algorithm: with delayed acknowledgements, it delays the second of two messages by 40 ms."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


# ---- The commands -----------------------------------------------------------------------------------------------

def responder(args):
    """Answer requests until SIGTERM or SIGINT; a bad one gets a line on stderr."""
    group, sessions = read_group(args.params), {}
    with Link(args.host, args.port) as link:
        for number in signal.SIGTERM, signal.SIGINT:
            signal.signal(number, lambda *_: link.events.put((Link.STOP, None)))
        while True:
            kind, value = link.next_event()
            if kind == Link.STOP:
                return 0
            if kind == Link.CONNECTED:
                link.subscribe(f"{args.netid or '+'}/+/request")
            elif kind == Link.SUBSCRIBED:
                say("ready")
            elif kind == Link.LOST:
                complain("connection to the broker lost, paho connects again")
            elif kind == Link.MESSAGE:
                try:
                    answer(link, group, sessions, value, args)
                except Exception as error:  # whatever a peer sends, keep serving
                    complain(f"request refused: {describe(error)}")


def answer(link, group, sessions, message, args):
    netid, action, _ = message.topic.split("/")
    if action == "key-exchange":
        reply, sessions[netid] = answer_key(group, netid, message.payload, args.leading_zeros)
    elif action not in ACTIONS:
        raise Failure(f"unknown action {action!r}")
    elif netid not in sessions:
        raise Failure(f"no key exchange yet with {netid!r}")
    else:
        text = sessions[netid].decrypt(message.payload).decode()
        time.sleep(args.delay)
        reply = sessions[netid].encrypt(ACTIONS[action](text).encode())
        say(f"action {netid} {action}")
    published = link.publish(f"{netid}/{action}/response", reply)
    if action == "key-exchange" and args.after_key == "forget":
        del sessions[netid]
    elif action == "key-exchange" and args.after_key == "die":
        published.wait_for_publish()
        os._exit(1)


def answer_key(group, netid, pem, zeros):
    """Our public key and the session's codec."""
    peer = group.read_public_key(pem)
    own = group.key_with_leading_zeros(peer.public_numbers().y, zeros) if zeros else group.fresh_key()
    secret = shared_secret(own, peer)
    if zeros and leading_zeros(secret) != zeros:
        raise Failure(f"shared secret with {leading_zeros(secret)} leading zero bytes, not {zeros}")
    say(f"exchange {netid} leading-zeros={leading_zeros(secret)} "
        f"fingerprint-ours={fingerprint(own.public_key())} fingerprint-peer={fingerprint(peer)}")
    return public_pem(own.public_key()), codec(secret)


def client(args):
    """One whole exchange; the answer goes to stdout."""
    group = read_group(args.params)
    with Link(args.host, args.port, args.netid) as link:
        link.allow(args.timeout)
        link.wait_for(Link.CONNECTED)
        plaintext, _ = exchange(link, group, args.netid, args.action, args.message.encode(), to_stderr)
    sys.stdout.buffer.write(plaintext + b"\n")
    return 0


def exchange(link, group, netid, action, plaintext, note=lambda line: None):
    """One whole exchange as a client: the answer and the number of leading zero bytes of the secret."""
    key_topic, action_topic = f"{netid}/key-exchange/response", f"{netid}/{action}/response"
    own = group.fresh_key()
    link.subscribe(key_topic, action_topic)
    link.wait_for(Link.SUBSCRIBED)
    link.publish(f"{netid}/key-exchange/request", public_pem(own.public_key()))
    peer = group.read_public_key(link.wait_for_answer([key_topic]).payload)
    note(f"fingerprint ours {fingerprint(own.public_key())}")
    note(f"fingerprint peer {fingerprint(peer)}")
    secret = shared_secret(own, peer)
    fernet = codec(secret)
    link.publish(f"{netid}/{action}/request", fernet.encrypt(plaintext))
    reply = fernet.decrypt(link.wait_for_answer([action_topic]).payload)
    link.unsubscribe(key_topic, action_topic)
    return reply, leading_zeros(secret)


def exchanges(args):
    """Many exchanges against a responder under test, every answer checked."""
    group, tally = read_group(args.params), Tally()
    with Link(args.host, args.port) as link:
        link.allow(args.timeout)
        link.wait_for(Link.CONNECTED)
        if args.leading_zeros:
            Hunt(link, group, args, tally).run()
        else:
            exchange_in_turn(link, group, args, tally)
    say(f"exchanges {tally.ok + tally.failed} ok {tally.ok} failed {tally.failed} "
        f"leading-zero-secrets {tally.with_zeros}")
    return 1 if tally.failed or args.leading_zeros and not tally.with_zeros else 0


@dataclass
class Tally:
    ok: int = 0
    failed: int = 0
    with_zeros: int = 0  # whole exchanges among the ok ones


def exchange_in_turn(link, group, args, tally):
    for number in range(1, args.count + 1):
        netid, action, text = f"{args.netid_prefix}{number}", random.choice(PREDICTABLE), random_text(number)
        link.allow(args.timeout)
        try:
            reply, zeros = exchange(link, group, netid, action, text.encode())
            check(action, text, reply)
            tally.ok += 1
            tally.with_zeros += zeros > 0
        except (Failure, InvalidToken, ValueError) as error:
            complain(f"{netid} {action}: {describe(error)}")
            tally.failed += 1


class Hunt:
    """Exchange keys until one secret begins with zeros, then do the action with that one.

    All NetIDs share the private value 3: the responder's public values are random, so the secrets are too, and
    computing one costs next to nothing. The other key exchanges are ok when the answer is a good key.
    """

    def __init__(self, link, group, args, tally):
        self.link, self.group, self.args, self.tally = link, group, args, tally
        self.own = group.key_of(3)
        self.under_way = {}  # response topic -> (deadline, what to do with the payload), oldest first

    def run(self):
        netids = (f"{self.args.netid_prefix}{number}" for number in range(1, self.args.count + 1))
        self.link.subscribe("+/+/response")
        self.link.wait_for(Link.SUBSCRIBED)
        for netid in itertools.islice(netids, WINDOW):
            self.begin(netid)
        while self.under_way:
            self.link.deadline, _ = next(iter(self.under_way.values()))
            try:
                message = self.link.wait_for_answer(self.under_way)
            except Failure as error:
                complain(f"{next(iter(self.under_way))} and others under way: {describe(error)}")
                self.tally.failed += len(self.under_way)
                return
            self.read(message)
            if not self.tally.with_zeros and len(self.under_way) < WINDOW:
                for netid in itertools.islice(netids, 1):
                    self.begin(netid)

    def begin(self, netid):
        self.ask(netid, "key-exchange", public_pem(self.own.public_key()), lambda pem: self.use_key(netid, pem))

    def ask(self, netid, action, payload, read_answer):
        self.under_way[f"{netid}/{action}/response"] = time.monotonic() + self.args.timeout, read_answer
        self.link.publish(f"{netid}/{action}/request", payload)

    def read(self, message):
        _, read_answer = self.under_way.pop(message.topic)
        try:
            read_answer(message.payload)
        except (Failure, InvalidToken, ValueError) as error:
            complain(f"{message.topic}: {describe(error)}")
            self.tally.failed += 1

    def use_key(self, netid, pem):
        secret = shared_secret(self.own, self.group.read_public_key(pem))
        if leading_zeros(secret) < self.args.leading_zeros:
            self.tally.ok += 1
        else:
            action, text, fernet = random.choice(PREDICTABLE), random_text(0), codec(secret)
            self.ask(netid, action, fernet.encrypt(text.encode()),
                     lambda token: self.finish(action, text, fernet.decrypt(token)))

    def finish(self, action, text, reply):
        check(action, text, reply)
        self.tally.ok += 1
        self.tally.with_zeros += 1


def check(action, text, reply):
    expected = ACTIONS[action](text)
    if reply.decode() != expected:
        raise Failure(f"{text!r} became {reply.decode()!r}, not {expected!r}")


def vectors(args):
    """Check this program's own derivation against known answers, from both sides."""
    with open(args.file, encoding="utf-8") as file:
        cases = json.load(file)["vectors"]
    failed = 0
    for case in cases:
        group = Group(load_pem_public_key(case["public_a_pem"].encode()).parameters())
        public = {side: group.read_public_key(case[f"public_{side}_pem"].encode()) for side in "ab"}
        for side, other in "ab", "ba":
            own = group.key_of(int(case[f"private_{side}_hex"], 16))
            secret = shared_secret(own, public[other])
            right = (public_pem(own.public_key()).decode() == case[f"public_{side}_pem"]
                     and secret.hex() == case["shared_secret_hex"]
                     and leading_zeros(secret) == case["shared_secret_leading_zero_bytes"]
                     and session_key(secret).hex() == case["derived_key_hex"]
                     and codec(secret).decrypt(case["token"]["token"].encode()).decode()
                     == case["token"]["plaintext_utf8"])
            if not right:
                complain(f"{case['name']}, side {side}: wrong")
                failed += 1
    say(f"vectors {len(cases)} wrong sides {failed}")
    return 1 if failed or not cases else 0


# ---- The command line -------------------------------------------------------------------------------------------

def read_group(path):
    with open(path, "rb") as file:
        return Group(load_pem_parameters(file.read()))


def say(line):
    print(line, flush=True)


def to_stderr(line):
    print(line, file=sys.stderr, flush=True)


def complain(line):
    to_stderr(f"peer: {line}")


def describe(error):
    """The error as one line. The library's exceptions often have no text."""
    text = " ".join(str(error).split())
    return text if isinstance(error, (Failure, ConnectionError)) else f"{type(error).__name__} {text}".strip()


def topic_level(text):
    if not text or set(text) & set("/+#"):
        raise argparse.ArgumentTypeError("one topic level without wildcards is wanted")
    return text


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    network = argparse.ArgumentParser(add_help=False)
    network.add_argument("--host", required=True, help="the broker's host")
    network.add_argument("--port", required=True, type=int, help="the broker's port")
    network.add_argument("--params", required=True, metavar="FILE", help="the group: DH PARAMETERS, PEM")
    patience = argparse.ArgumentParser(add_help=False)
    patience.add_argument("--timeout", type=float, default=30, metavar="S",
                          help="seconds for one whole exchange, connecting included (default %(default)g)")

    def command(run, *parents):
        added = commands.add_parser(run.__name__, parents=parents, help=run.__doc__, description=run.__doc__)
        added.set_defaults(run=run)
        return added

    serve = command(responder, network)
    serve.add_argument("--netid", type=topic_level, help="serve this NetID only")
    serve.add_argument("--leading-zeros", type=int, choices=(1, 2), metavar="N",
                       help="choose keys so that the shared secret has exactly N (1 or 2) leading zero bytes")

    serve.add_argument("--delay", type=float, default=0, metavar="S", help="take so many seconds for each action")
    serve.add_argument("--after-key", choices=("forget", "die"),
                       help="what a fault would do once a key is sent: forget the session, or end at once")

    one = command(client, network, patience)
    one.add_argument("netid", metavar="NETID", type=topic_level)
    one.add_argument("action", metavar="ACTION", choices=ACTIONS, help=", ".join(ACTIONS))
    one.add_argument("message", metavar="MESSAGE")

    many = command(exchanges, network, patience)
    many.add_argument("--count", type=int, required=True, metavar="N", help="how many exchanges, at most")
    many.add_argument("--netid-prefix", type=topic_level, default="peer", metavar="PREFIX",
                      help="the NetIDs are PREFIX1, PREFIX2, ... (default %(default)s)")
    many.add_argument("--leading-zeros", type=int, choices=(1, 2), metavar="N",
                      help="exchange keys only, until a secret has at least N leading zero bytes, and then do the "
                           "whole exchange; --timeout is then for one answer, and the first to miss it ends the run")

    command(vectors).add_argument("--file", required=True, help="vectors.json")
    return parser.parse_args()


def main():
    args = parse_arguments()
    try:
        return args.run(args)
    except (Failure, InvalidToken, OSError, ValueError) as error:
        complain(describe(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
