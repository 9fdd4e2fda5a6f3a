#!/usr/bin/env node
// Reads the test vectors (tests/data/vectors) with msgpack.mjs: vectors.mjs FOLDER. Every control record, and every
// payload that is a map, has to say what vectors.json says; the control record has to come out the same when it is
// written again.
import fs from "node:fs";
import assert from "node:assert";
import { pack, unpack } from "./msgpack.mjs";

const MARK = Buffer.from("\x01xianzhi-listed\n", "latin1"); // of an envelope: PROTOCOL.md

// As vectors.json has it: bytes as {"bytes": hex}, numbers beyond 2^53 as {"uint": text}.
function plain(value) {
  if (Buffer.isBuffer(value)) return { bytes: value.toString("hex") };
  if (typeof value === "bigint") return { uint: String(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

function payload(bytes) {
  if (!bytes.length) return null;
  if (bytes.subarray(0, MARK.length).equals(MARK)) {
    const start = MARK.length + 4, end = start + bytes.readUInt32BE(MARK.length);
    return { envelope: plain(unpack(bytes.subarray(start, end))), document: bytes.subarray(end).toString("utf8") };
  }
  if ((bytes[0] & 0xf0) === 0x80 || bytes[0] === 0xde || bytes[0] === 0xdf) return plain(unpack(bytes));
  return { document: bytes.toString("utf8") };
}

const folder = process.argv[2];
const wanted = JSON.parse(fs.readFileSync(`${folder}/vectors.json`, "utf8"));
for (const vector of wanted) {
  const control = fs.readFileSync(`${folder}/${vector.name}.control`);
  assert.deepStrictEqual(plain(unpack(control)), vector.control, vector.name);
  assert.ok(pack(unpack(control)).equals(control), `${vector.name}: is written otherwise here`);
  assert.deepStrictEqual(payload(fs.readFileSync(`${folder}/${vector.name}.payload`)), vector.payload, vector.name);
}
console.log(`${wanted.length} vectors read`);
