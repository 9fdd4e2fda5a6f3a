#!/usr/bin/python3
"""Reads the test vectors (tests/data/vectors) as any Python client would: each control record, and each payload
that is a MessagePack map, has to say what vectors.json says, and the control record has to come out the same
when it is written again. vectors.py FOLDER; with --write, vectors.json is made of what is read."""
import json, pathlib, sys, msgpack

MARK = b"\x01xianzhi-listed\n"  # of an envelope: PROTOCOL.md


def plain(value):
    """As JSON has it: bytes as {"bytes": hex}, numbers beyond 2^53 as {"uint": text}."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) and value > 2**53 - 1:
        return {"uint": str(value)}
    return value


def payload(data):
    """A map, an envelope with a document in it, or a document's bytes."""
    if not data:
        return None
    if data.startswith(MARK):
        length = int.from_bytes(data[len(MARK):len(MARK) + 4], "big")
        head = data[len(MARK) + 4:len(MARK) + 4 + length]
        return {"envelope": plain(msgpack.unpackb(head)), "document": data[len(MARK) + 4 + length:].decode("utf-8")}
    if data[0] & 0xf0 == 0x80 or data[0] in (0xde, 0xdf):
        return plain(msgpack.unpackb(data))
    return {"document": data.decode("utf-8")}


def read(folder):
    for file in sorted(folder.glob("*.control")):
        control = msgpack.unpackb(file.read_bytes())
        if msgpack.packb(control) != file.read_bytes():
            sys.exit(f"{file}: is written otherwise here")
        yield {"name": file.stem, "control": plain(control), "payload": payload(file.with_suffix(".payload").read_bytes())}


folder = pathlib.Path(sys.argv[1])
found = list(read(folder))
if "--write" in sys.argv:
    (folder / "vectors.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
wanted = json.loads((folder / "vectors.json").read_text("utf-8"))
for a, b in zip(found, wanted):
    if a != b:
        sys.exit(f"{a['name']}: read {a}, wanted {b}")
if len(found) != len(wanted):
    sys.exit(f"{len(found)} vectors, wanted {len(wanted)}")
print(f"{len(found)} vectors read")
