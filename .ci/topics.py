"""Checks that the running hardened broker refuses forbidden subscriptions and messages.

Takes the broker's port, and the folder that secure-setup made, with the students alice and bob. The responder must be
stopped, because this script connects under its name.
"""
import pathlib
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

PORT = int(sys.argv[1])
FOLDER = pathlib.Path(sys.argv[2])
PATIENCE_SECONDS = 30


class Person:
    """A connection whose methods return only after the broker has acknowledged the step."""

    def __init__(self, name, password, client_id=None):
        self.received = []
        self._lost = threading.Event()
        self._done = threading.Event()
        self._arrived = threading.Condition()
        self._client = mqtt.Client(client_id=client_id or name, clean_session=True)
        self._client.tls_set(ca_certs=str(FOLDER / "ca.pem"), cert_reqs=ssl.CERT_REQUIRED)
        self._client.username_pw_set(name, password)
        self._client.on_connect = lambda client, data, flags, code: self._connected(code)
        self._client.on_subscribe = lambda *ignored: self._done.set()
        self._client.on_disconnect = lambda *ignored: self._disconnected()
        self._client.on_message = self._take
        self._client.connect("localhost", PORT)
        self._client.loop_start()
        self._await()
        if self.code != 0:
            self.leave()

    def _connected(self, code):
        self.code = code
        self._done.set()

    def _disconnected(self):
        # Without this, the client would reconnect and end the connection that replaced this one.
        self._client.disconnect()
        self._lost.set()

    def _await(self):
        if not self._done.wait(PATIENCE_SECONDS):
            sys.exit("the broker does not answer")
        self._done.clear()

    def _take(self, client, data, message):
        with self._arrived:
            self.received.append((message.topic, message.payload.decode()))
            self._arrived.notify_all()

    def subscribe(self, *topics):
        for topic in topics:
            self._client.subscribe(topic, qos=1)
            self._await()
        return self

    def publish(self, topic, text, retain=False):
        # The broker acknowledges even messages that it does not forward.
        self._client.publish(topic, text, qos=1, retain=retain).wait_for_publish(PATIENCE_SECONDS)

    def until(self, text):
        """The messages received before an end marker, which is published after all messages that must not arrive."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: any(got == text for _, got in self.received), PATIENCE_SECONDS):
                sys.exit(f"{text} did not arrive, but {self.received}")
            return self.received

    def is_connected(self):
        return not self._lost.is_set()

    def await_loss(self):
        return self._lost.wait(PATIENCE_SECONDS)

    def leave(self):
        self._client.loop_stop()
        self._client.disconnect()


def password(name):
    return (FOLDER / name).read_text().strip()


def expect(what, wanted, found):
    if wanted != found:
        sys.exit(f"{what}: {found} instead of {wanted}")
    print(f"  {what}: as it should be")


alice_password = password("students/alice.password")
alice = Person("alice", alice_password).subscribe("#", "bob/+/response", "+/+/request", "+/+/response")

# A retained message would stay at the broker and reach bob later.
alice.publish("bob/uppercase/response", "poison", retain=True)
alice.publish("bob/key-exchange/response", "poison", retain=True)
bob = Person("bob", password("students/bob.password")).subscribe("#", "bob/+/response")
responder = Person("responder", password("responder.password")).subscribe("#", "+/+/request")

alice.publish("bob/key-exchange/response", "a key that is faster than the responder's")
alice.publish("bob/uppercase/response", "junk")
alice.publish("bob/key-exchange/request", "a key in bob's name")
alice.publish("bob/uppercase/request", "junk in bob's name")
alice.publish("alice/uppercase/response", "as if it came from the responder")

bob.publish("bob/uppercase/request", "bob's own")
alice.publish("alice/uppercase/request", "alice's own")
expect("the responder gets what students send in their own names",
       [("bob/uppercase/request", "bob's own"), ("alice/uppercase/request", "alice's own")], responder.until("alice's own"))

takes_bobs_place = Person("alice", alice_password, client_id="bob")
responder.publish("bob/uppercase/response", "to bob")
expect("a student gets what the responder sends, no junk, poison or key of others",
       [("bob/uppercase/response", "to bob")], bob.until("to bob"))
expect("a student stays connected when another comes with the same client identifier", True, bob.is_connected())

expect("whoever comes again takes only the own place", True, alice.await_loss())
takes_bobs_place.leave()
alice = Person("alice", alice_password).subscribe("#", "bob/+/response", "+/+/request", "+/+/response")
responder.publish("bob/uppercase/response", "to bob again")
responder.publish("alice/uppercase/response", "to alice again")
expect("a student does not hear of others",
       {("alice/uppercase/response", "to alice again")}, set(alice.until("to alice again")))

expect("a wrong password is refused", 5, Person("bob", "guess").code)
for person in (alice, bob, responder):
    person.leave()
