// MessagePack, as much as the protocol needs, without a package. Text becomes a string, bytes a Buffer, a map an
// object; numbers above 2^53 (tokens are) stay whole as BigInt.

const spec = (tag, size) => [tag, size];
const SIZED = {
  text: [spec(0xd9, 1), spec(0xda, 2), spec(0xdb, 4)],
  bytes: [spec(0xc4, 1), spec(0xc5, 2), spec(0xc6, 4)],
  array: [spec(0xdc, 2), spec(0xdd, 4)],
  map: [spec(0xde, 2), spec(0xdf, 4)],
};
const UINTS = [spec(0xcc, 1), spec(0xcd, 2), spec(0xce, 4), spec(0xcf, 8)];

function header(kinds, count) {
  const [tag, size] = kinds.find(([, size]) => BigInt(count) < 1n << BigInt(8 * size));
  const out = Buffer.alloc(1 + size);
  out[0] = tag;
  if (size === 8) out.writeBigUInt64BE(BigInt(count), 1);
  else out.writeUIntBE(Number(count), 1, size);
  return out;
}

function packNumber(value) {
  if (typeof value === "bigint" || (Number.isInteger(value) && value >= 0))
    return value < 128 ? Buffer.of(Number(value)) : header(UINTS, value);
  const out = Buffer.alloc(9);
  out[0] = 0xcb;
  out.writeDoubleBE(value, 1);
  return out;
}

export function pack(value) {
  if (value === null || value === undefined) return Buffer.of(0xc0);
  if (typeof value === "boolean") return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === "number" || typeof value === "bigint") return packNumber(value);
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    return Buffer.concat([text.length < 32 ? Buffer.of(0xa0 | text.length) : header(SIZED.text, text.length), text]);
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([header(SIZED.bytes, value.length), value]);
  if (Array.isArray(value))
    return Buffer.concat([value.length < 16 ? Buffer.of(0x90 | value.length) : header(SIZED.array, value.length), ...value.map(pack)]);
  const pairs = Object.entries(value);
  return Buffer.concat([pairs.length < 16 ? Buffer.of(0x80 | pairs.length) : header(SIZED.map, pairs.length), ...pairs.flat().map(pack)]);
}

// One value, with nothing behind it.
export function unpack(bytes) {
  const reader = { bytes, at: 0 };
  const value = read(reader);
  if (reader.at !== bytes.length) throw new Error(`bytes behind the end at ${reader.at}`);
  return value;
}

function take(reader, count) {
  if (reader.at + count > reader.bytes.length) throw new Error(`ends too early at ${reader.bytes.length}`);
  reader.at += count;
  return reader.bytes.subarray(reader.at - count, reader.at);
}

const uint = (reader, size) => take(reader, size).readUIntBE(0, size);
const whole = (big) => (big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : big);
const text = (reader, count) => take(reader, count).toString("utf8");
const list = (reader, count) => Array.from({ length: count }, () => read(reader));
const map = (reader, count) => Object.fromEntries(Array.from({ length: count }, () => [read(reader), read(reader)]));

const SCALARS = {
  0xc0: () => null,
  0xc2: () => false,
  0xc3: () => true,
  0xca: (r) => take(r, 4).readFloatBE(),
  0xcb: (r) => take(r, 8).readDoubleBE(),
  0xcf: (r) => whole(take(r, 8).readBigUInt64BE()),
  0xd0: (r) => take(r, 1).readInt8(),
  0xd1: (r) => take(r, 2).readInt16BE(),
  0xd2: (r) => take(r, 4).readInt32BE(),
  0xd3: (r) => Number(take(r, 8).readBigInt64BE()),
};
for (const [tag, size] of UINTS.slice(0, 3)) SCALARS[tag] = (r) => uint(r, size);
for (const [tag, size] of SIZED.text) SCALARS[tag] = (r) => text(r, uint(r, size));
for (const [tag, size] of SIZED.bytes) SCALARS[tag] = (r) => take(r, uint(r, size));
for (const [tag, size] of SIZED.array) SCALARS[tag] = (r) => list(r, uint(r, size));
for (const [tag, size] of SIZED.map) SCALARS[tag] = (r) => map(r, uint(r, size));

function read(reader) {
  const tag = uint(reader, 1);
  if (tag < 0x80) return tag;
  if (tag < 0x90) return map(reader, tag & 15);
  if (tag < 0xa0) return list(reader, tag & 15);
  if (tag < 0xc0) return text(reader, tag & 31);
  if (tag >= 0xe0) return tag - 256;
  if (!SCALARS[tag]) throw new Error(`type 0x${tag.toString(16)} at ${reader.at - 1}`);
  return SCALARS[tag](reader);
}
