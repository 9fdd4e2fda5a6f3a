#!/usr/bin/python3
"""The results so far, then every change, a JSON object a line:
subscribe.py ENDPOINT [--keys FOLDER/NAME.secret] [REGION]...   with broker.public beside the secret"""
import argparse, json, pathlib, time, msgpack, zmq
HELLO, WELCOME, HEARTBEAT, GOODBYE, REFUSED, READ, ANSWER = 1, 2, 3, 4, 5, 15, 16  # PROTOCOL.md
KEY = ("indicator", "region", "township", "kind", "issuer", "year", "children_level")
told, since, after, store = {}, 0, b"", ""  # rows as printed last; the version seen; the place of the next page; of which store
def say(payload=b"", **control):
    socket.send_multipart([msgpack.packb(control), payload])
def show(row, version):
    key, now = tuple(map(row.get, KEY)), None if row["gone"] else row
    if told.get(key) != now:
        print(json.dumps({**row, "version": version}, ensure_ascii=False), flush=True)
    told[key] = now
    return key
def take(page):
    global since, after, store, first, fresh
    store = page.get("store", "")
    if page["snapshot"] or not after:
        first, fresh = page, set()
    fresh.update([show(row, page["version"]) for row in page["rows"]])
    after = page["after"] if page["more"] else b""
    if first["snapshot"] and not after:  # it has brought all there is: the rest is gone
        [show({**told[key], "gone": True}, page["version"]) for key in told.keys() - fresh if told[key]]
    if not after:  # a snapshot is read over several versions: go on behind its first
        since = (first if first["snapshot"] else page)["version"]
def key(path, word):  # a key file has lines of "word value"
    return dict(line.split(None, 1) for line in path.read_text().splitlines())[word].encode()
options = argparse.ArgumentParser()
options.add_argument("endpoint"), options.add_argument("--keys", type=pathlib.Path), options.add_argument("region", nargs="*")
options = options.parse_args()
socket, kind = zmq.Context().socket(zmq.DEALER), GOODBYE
if options.keys:
    socket.curve_publickey, socket.curve_secretkey = (key(options.keys, w) for w in ("public", "secret"))
    socket.curve_serverkey = key(options.keys.with_name("broker.public"), "public")
socket.connect(options.endpoint)
while True:
    if kind == GOODBYE:  # nobody knows us: at the start, or because the broker was restarted
        say(type=HELLO, role=3, major=1, name="subscribe.py")
    elif kind in (WELCOME, ANSWER, REFUSED):  # the broker answers once there is something newer
        wanted = {"changes": True, "since": since, "after": after, "store": store, "regions": options.region}
        say(msgpack.packb(wanted), type=READ, store=store, since=0 if after else since)
    while not socket.poll(1000):
        say(type=HEARTBEAT)
    control, payload = socket.recv_multipart()
    kind = (control := msgpack.unpackb(control))["type"]
    if kind == ANSWER:
        take(msgpack.unpackb(payload))
    pause = kind == GOODBYE or kind == ANSWER and not (since or after)  # a store still empty
    time.sleep(control.get("retry_ms", 500 * pause) / 1000)
