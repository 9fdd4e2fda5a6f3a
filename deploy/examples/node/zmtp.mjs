// A DEALER socket of ZeroMQ (ZMTP 3.0, NULL security) on Node's own sockets: enough to speak to the broker without
// a package. For keys (CURVE) take the package `zeromq`; the messages are the same.
//
//   const socket = connect("ipc:///run/xianzhi/broker.sock");   // or tcp://127.0.0.1:7700
//   socket.on("frames", (frames) => …);   socket.send([control, payload]);
import net from "node:net";
import { EventEmitter } from "node:events";

const MORE = 1, LONG = 2, COMMAND = 4; // flags of a frame
const GREETING_BYTES = 64;

function greeting() {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes[0] = 0xff; // signature: ff, eight bytes of padding, 7f
  bytes[9] = 0x7f;
  bytes[10] = 3; // version 3.0
  bytes.write("NULL", 12, "latin1"); // mechanism; the rest is zeros: no server
  return bytes;
}

function frame(flags, body) {
  if (body.length < 256) return Buffer.concat([Buffer.of(flags, body.length), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | LONG;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

function ready() {
  const name = Buffer.from("Socket-Type"), value = Buffer.from("DEALER"), size = Buffer.alloc(4);
  size.writeUInt32BE(value.length);
  return frame(COMMAND, Buffer.concat([Buffer.from("\x05READY"), Buffer.of(name.length), name, size, value]));
}

function command(socket, state, body) {
  const name = body.subarray(1, 1 + body[0]).toString("latin1");
  if (name === "READY") state.events.emit("ready");
  else if (name === "ERROR") state.events.emit("error", new Error(body.subarray(7).toString("utf8")));
  else if (name === "PING") socket.write(frame(COMMAND, Buffer.concat([Buffer.from("\x04PONG"), body.subarray(7)])));
}

// Takes one whole frame off what has arrived; false: there is none.
function step(socket, state) {
  const { arrived } = state;
  if (!state.greeted) {
    if (arrived.length < GREETING_BYTES) return false;
    state.arrived = arrived.subarray(GREETING_BYTES);
    socket.write(ready());
    return (state.greeted = true);
  }
  const long = arrived[0] & LONG, head = long ? 9 : 2;
  if (arrived.length < head) return false;
  const length = long ? Number(arrived.readBigUInt64BE(1)) : arrived[1];
  if (arrived.length < head + length) return false;
  const body = arrived.subarray(head, head + length);
  state.arrived = arrived.subarray(head + length);
  if (arrived[0] & COMMAND) command(socket, state, body);
  else if (state.frames.push(body) && !(arrived[0] & MORE)) state.events.emit("frames", state.frames.splice(0));
  return true;
}

export function connect(endpoint) {
  const events = new EventEmitter();
  const [, scheme, place] = /^(ipc|tcp):\/\/(.+)$/.exec(endpoint) ?? [];
  if (!scheme) throw new Error(`${endpoint}: ipc://PATH or tcp://HOST:PORT is wanted`);
  const colon = place.lastIndexOf(":");
  const socket = scheme === "ipc" ? net.connect(place) : net.connect(Number(place.slice(colon + 1)), place.slice(0, colon));
  const state = { events, arrived: Buffer.alloc(0), greeted: false, frames: [] };
  socket.on("connect", () => socket.write(greeting()));
  socket.on("data", (bytes) => {
    state.arrived = state.arrived.length ? Buffer.concat([state.arrived, bytes]) : bytes;
    while (step(socket, state));
  });
  socket.on("error", (error) => events.emit("error", error));
  socket.on("close", () => events.emit("close"));
  events.send = (frames) => frames.forEach((body, i) => socket.write(frame(i + 1 < frames.length ? MORE : 0, body)));
  events.close = () => socket.end();
  return events;
}
