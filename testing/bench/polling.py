#!/usr/bin/python3
"""A client that polls, as many first implementations do: it sleeps, then checks for messages.

testing/bench/client compares our client with it. It takes the same arguments as the tests' peer.py.
"""

import argparse
import base64
import time

import paho.mqtt.client as mqtt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_pem_parameters, load_pem_public_key)

POLL_SECONDS = 0.1

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--host", required=True)
parser.add_argument("--port", required=True, type=int)
parser.add_argument("--params", required=True)
parser.add_argument("netid")
parser.add_argument("action")
parser.add_argument("message")
args = parser.parse_args()

connected = False
subscribed = False
received = {}


def on_connect(client, userdata, flags, code):
    global connected
    connected = True


def on_subscribe(client, userdata, message_id, granted):
    global subscribed
    subscribed = True


def on_message(client, userdata, message):
    received[message.topic] = message.payload


client = mqtt.Client(args.netid)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect(args.host, args.port)
client.loop_start()
while not connected:
    time.sleep(POLL_SECONDS)

key_topic = f"{args.netid}/key-exchange/response"
action_topic = f"{args.netid}/{args.action}/response"
client.subscribe([(key_topic, 1), (action_topic, 1)])
while not subscribed:
    time.sleep(POLL_SECONDS)

with open(args.params, "rb") as file:
    private_key = load_pem_parameters(file.read()).generate_private_key()
client.publish(f"{args.netid}/key-exchange/request",
               private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), qos=1)
while key_topic not in received:
    time.sleep(POLL_SECONDS)

secret = private_key.exchange(load_pem_public_key(received[key_topic]))
key = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"\0", info=b"\0").derive(secret)
fernet = Fernet(base64.urlsafe_b64encode(key))
client.publish(f"{args.netid}/{args.action}/request", fernet.encrypt(args.message.encode()), qos=1)
while action_topic not in received:
    time.sleep(POLL_SECONDS)

print(fernet.decrypt(received[action_topic]).decode())
client.disconnect()
client.loop_stop()
