#!/usr/bin/python3
"""Clients that are right but for one step, each under a NetID that names its mistake.

mistaken.py --port PORT --params dhparam4096.pem MISTAKE... plays one client after the other against a responder, and does not wait
for answers: it is for the responder to name the mistakes.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import time

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, ParameterFormat, PrivateFormat, PublicFormat)

import peer

TEXT = "Grüße, networking is the best!"
X942_OID = bytes.fromhex("06072a8648ce3e0201")


class Client:
    """The steps of a right client. A mistake replaces one of them."""

    def __init__(self, group):
        self.group = group
        self.own = group.fresh_key()
        self.key_topic, self.action_topic = "key-exchange/request", "uppercase/request"
        self.key_payload = lambda pem: pem
        self.secret = lambda z, own, other: z
        self.derive = lambda z: hkdf(z)
        self.signing, self.encryption = lambda key: key[:16], lambda key: key[16:]
        self.covered = lambda signed: signed
        self.written = base64.urlsafe_b64encode
        self.text = TEXT.encode()
        self.padded = pkcs7
        self.time = lambda: int(time.time())
        self.mac = True
        self.qos, self.retain = 1, False
        self.sends_key = self.sends_token = True
        self.iv = lambda: os.urandom(16)
        self.prefix = ""
        self.runs, self.fresh = 1, False

    def token(self, z, other):
        key = self.derive(self.secret(z, value(self.own.public_key()), value(other)))
        iv = self.iv()
        aes = Cipher(algorithms.AES(self.encryption(key)), modes.CBC(iv)).encryptor()
        signed = b"\x80" + self.time().to_bytes(8, "big") + iv + aes.update(self.padded(self.text)) + aes.finalize()
        if not self.mac:
            return self.written(signed)
        hmac = HMAC(self.signing(key), hashes.SHA256())
        hmac.update(self.covered(signed))
        return self.written(signed + hmac.finalize())


def value(key):
    return key.public_numbers().y.to_bytes(512, "big")


def hkdf(z, salt=b"\0", info=b"\0", algorithm=None):
    return HKDF(algorithm=algorithm or hashes.SHA256(), length=32, salt=salt, info=info).derive(z)


def pkcs7(text):
    padder = padding.PKCS7(128).padder()
    return padder.update(text) + padder.finalize()


def pem(key):
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def dh_pem(group, g=2, p=None, oid=peer.DH_OID, q=None):
    """A public key of other parameters, its value being 4."""
    p = p or group.p
    parameters = peer.der_integer(p) + peer.der_integer(g) + (peer.der_integer(q) if q else b"")
    info = peer.der(0x30, peer.der(0x30, oid + peer.der(0x30, parameters)) + peer.der(0x03, b"\0" + peer.der_integer(4)))
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(info) + b"-----END PUBLIC KEY-----\n"


def ffdhe4096():
    """RFC 7919: its formula, with X = 5736041."""
    # 2^4096 - 2^4032 + floor(2^3966 * e) * 2^64 + X * 2^64 - 1, with e by its series.
    precision, e, term = 4100, 0, 1 << 4100
    for n in range(1, 1000):
        e, term = e + term, term // n
    return 2 ** 4096 - 2 ** 4032 + ((e >> (precision - 3966)) + 5736041) * 2 ** 64 - 1


def wrap(before, after):
    return lambda payload: before + base64.urlsafe_b64encode(payload) + after


def literal(payload):
    return repr(payload).encode()


def set_all(client, **steps):
    for step, change in steps.items():
        setattr(client, step, change)


# What each mistake changes.
CHANGES = {
    "secret-leading-zeros-dropped": lambda c: set_all(c, secret=lambda z, *_: z.lstrip(b"\0")),
    "secret-sign-byte": lambda c: set_all(c, secret=lambda z, *_: b"\0" + z),
    "secret-decimal-text": lambda c: set_all(c, secret=lambda z, *_: str(int.from_bytes(z, "big")).encode()),
    "secret-hex-text": lambda c: set_all(c, secret=lambda z, *_: z.hex().encode()),
    "secret-own-public-value": lambda c: set_all(c, secret=lambda z, own, other: own),
    "secret-peer-public-value": lambda c: set_all(c, secret=lambda z, own, other: other),
    "kdf-info-empty": lambda c: set_all(c, derive=lambda z: hkdf(z, info=b"")),
    "kdf-info-text": lambda c: set_all(c, derive=lambda z: hkdf(z, info=b"0x00")),
    "kdf-salt-and-info-text": lambda c: set_all(c, derive=lambda z: hkdf(z, b"0x00", b"0x00")),
    "kdf-salt-and-info-digit": lambda c: set_all(c, derive=lambda z: hkdf(z, b"0", b"0")),
    "kdf-sha512": lambda c: set_all(c, derive=lambda z: hkdf(z, algorithm=hashes.SHA512())),
    "kdf-plain-sha256": lambda c: set_all(c, derive=lambda z: hashlib.sha256(z).digest()),
    "kdf-none-first-bytes": lambda c: set_all(c, derive=lambda z: z[:32]),
    "split-halves-swapped": lambda c: set_all(c, signing=lambda k: k[16:], encryption=lambda k: k[:16]),
    "split-first-half-twice": lambda c: set_all(c, encryption=lambda k: k[:16]),
    "token-standard-base64": lambda c: set_all(c, written=base64.b64encode, text=b"x" * 3000),
    "token-without-padding": lambda c: set_all(
        c, written=lambda t: base64.urlsafe_b64encode(t).rstrip(b"="), text=b"x"),
    "token-newline": lambda c: set_all(c, written=wrap(b"", b"\n")),
    "token-bytes-literal": lambda c: set_all(c, written=wrap(b"b'", b"'")),
    "token-json-string": lambda c: set_all(c, written=wrap(b'"', b'"')),
    "token-plain-text": lambda c: set_all(c, written=lambda t: TEXT.encode()),
    "token-raw-bytes": lambda c: set_all(c, written=lambda t: t),
    "token-without-mac": lambda c: set_all(c, mac=False),
    "token-mac-over-ciphertext": lambda c: set_all(c, covered=lambda signed: signed[25:]),
    "token-aes-256": lambda c: set_all(c, encryption=lambda k: k),
    "token-zero-padding": lambda c: set_all(c, padded=lambda t: t + b"\0" * (16 - len(t) % 16)),
    "token-time-milliseconds": lambda c: set_all(c, time=lambda: int(time.time() * 1000)),
    "key-der": lambda c: set_all(c, key_payload=lambda p: base64.b64decode(b"".join(p.split(b"\n")[1:-2]))),
    "key-base64-only": lambda c: set_all(c, key_payload=lambda p: b"\n".join(p.split(b"\n")[1:-2])),
    "key-bytes-literal": lambda c: set_all(c, key_payload=literal),
    "key-json-string": lambda c: set_all(c, key_payload=lambda p: json.dumps(p.decode()).encode()),
    "key-escaped-newlines": lambda c: set_all(c, key_payload=lambda p: p.replace(b"\n", b"\\n")),
    "key-parameters": lambda c: set_all(c, key_payload=lambda p: c.group.parameters.parameter_bytes(
        Encoding.PEM, ParameterFormat.PKCS3)),
    "key-private": lambda c: set_all(c, key_payload=lambda p: c.own.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
    "key-x942": lambda c: set_all(c, key_payload=lambda p: dh_pem(c.group, oid=X942_OID, q=c.group.p >> 1)),
    "key-ffdhe4096": lambda c: set_all(c, key_payload=lambda p: dh_pem(c.group, p=ffdhe4096())),
    "key-generator-5": lambda c: set_all(c, key_payload=lambda p: dh_pem(c.group, g=5)),
    "key-rsa": lambda c: set_all(c, key_payload=lambda p: pem(rsa.generate_private_key(65537, 2048).public_key())),
    "key-ec": lambda c: set_all(c, key_payload=lambda p: pem(ec.generate_private_key(ec.SECP256R1()).public_key())),
    "key-decimal": lambda c: set_all(
        c, key_payload=lambda p: str(c.own.public_key().public_numbers().y).encode()),
    "key-nul": lambda c: set_all(c, key_payload=lambda p: p + b"\0"),
    "key-label": lambda c: set_all(c, key_payload=lambda p: p.replace(b"PUBLIC KEY", b"DH PUBLIC KEY")),
    "order-no-key-exchange": lambda c: set_all(c, sends_key=False),
    "key-reused": lambda c: set_all(c, runs=2),
    "token-iv-reused": lambda c: set_all(c, runs=2, fresh=True, iv=lambda: bytes(16)),
    "retain": lambda c: set_all(c, retain=True),
    "topic-leading-slash": lambda c: set_all(c, key_topic="key-exchange/request", prefix="/"),
    "topic-response": lambda c: set_all(c, key_topic="key-exchange/response"),
    "qos-0": lambda c: set_all(c, qos=0),
    "topic-underscore": lambda c: set_all(c, key_topic="key_exchange/request"),
    "topic-action-case": lambda c: set_all(c, action_topic="UPPERCASE/request"),
    "text-latin-1": lambda c: set_all(c, text=TEXT.encode("latin-1")),
}


# Mistakes in the public key or its topic that get no answer.
UNANSWERED = {"topic-underscore", "topic-leading-slash", "topic-response"} | {
    name for name in CHANGES if name.startswith("key-")} - {"key-nul", "key-reused"}


def play(link, group, mistake, netid):
    client = Client(group)
    CHANGES[mistake](client)
    keys, answers = f"{netid}/key-exchange/response", f"{netid}/{client.action_topic.split('/')[0]}/response"
    for run in range(client.runs):
        if client.fresh:
            client.own = group.fresh_key()
        # Another text, as the same one might be another try. Its token is longer.
        client.text += b" Nothing is better than networking." * run
        other, z = group.fresh_key().public_key(), bytes(512)
        link.subscribe(keys, answers)
        link.wait_for(peer.Link.SUBSCRIBED)
        if client.sends_key:
            link.mqtt.publish(f"{client.prefix}{netid}/{client.key_topic}",
                              client.key_payload(pem(client.own.public_key())), client.qos, client.retain)
            if mistake in UNANSWERED:
                return
            other = group.read_public_key(link.wait_for_answer([keys]).payload)
            z = peer.shared_secret(client.own, other)
        link.mqtt.publish(f"{netid}/{client.action_topic}", client.token(z, other), client.qos, client.retain)
        if run + 1 < client.runs:
            link.wait_for_answer([answers])
        link.unsubscribe(keys, answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--params", required=True)
    parser.add_argument("mistakes", nargs="+", choices=sorted(CHANGES), metavar="MISTAKE")
    args = parser.parse_args()
    group = peer.read_group(args.params)
    with peer.Link(args.host, args.port) as link:
        link.allow(100)
        link.wait_for(peer.Link.CONNECTED)
        for mistake in args.mistakes:
            play(link, group, mistake, mistake)
    return 0


if __name__ == "__main__":
    sys.exit(main())
