#!/usr/bin/env node
// The results so far, then every change, a JSON object a line: follow.mjs ENDPOINT [--once] [REGION]...
// With --once it ends when it has caught up. The loop is that of proto/PROTOCOL.md, "Reading".
import { connect } from "./zmtp.mjs";
import { pack, unpack } from "./msgpack.mjs";

const TYPE = { HELLO: 1, WELCOME: 2, HEARTBEAT: 3, GOODBYE: 4, REFUSED: 5, READ: 15, ANSWER: 16 };
const READER = 3; // a role
const words = process.argv.slice(2);
const once = words.includes("--once");
const [endpoint, ...regions] = words.filter((word) => word !== "--once");
if (!endpoint) {
  console.error("usage: follow.mjs ENDPOINT [--once] [REGION]...");
  process.exit(2);
}

const socket = connect(endpoint);
let since = 0, after = Buffer.alloc(0), store = "", snapshotVersion = null, id = 0, done = false;

const say = (control, payload = Buffer.alloc(0)) => socket.send([pack(control), payload]);
const hello = () => say({ type: TYPE.HELLO, role: READER, major: 1, minor: 5, name: "follow.mjs" });
const ask = () =>
  say({ type: TYPE.READ, id: ++id, store, since: after.length ? 0 : since }, pack({ changes: true, since, after, store, regions }));

function take(page) {
  store = page.store ?? "";
  if (page.snapshot) {
    if (snapshotVersion === null) console.log(JSON.stringify({ snapshot: true })); // forget all rows: they follow
    snapshotVersion ??= page.version;
  }
  for (const row of page.rows) console.log(JSON.stringify(row));
  after = page.more ? page.after : Buffer.alloc(0);
  if (page.more) return;
  // A snapshot is read over several versions: what changed since its first page comes next.
  const caughtUp = snapshotVersion === null;
  since = snapshotVersion ?? page.version;
  snapshotVersion = null;
  if (once && (caughtUp || page.version === since)) {
    done = true;
    say({ type: TYPE.GOODBYE });
    socket.close();
    clearInterval(beat);
  }
}

const on = {
  [TYPE.WELCOME]: ask,
  [TYPE.GOODBYE]: () => setTimeout(hello, 500), // nobody knows us: the broker was restarted
  [TYPE.REFUSED]: (control) => {
    console.error(`follow.mjs: ${control.text}`);
    if (!control.retry_ms) process.exit(1);
    setTimeout(ask, control.retry_ms);
  },
  [TYPE.ANSWER]: (control, payload) => {
    take(unpack(payload));
    if (!since && !after.length) setTimeout(ask, 500); // nothing was ever filed
    else if (!done) ask();
  },
};

socket.on("ready", hello);
socket.on("frames", ([control, payload]) => {
  const message = unpack(control);
  on[message.type]?.(message, payload);
});
socket.on("error", (error) => {
  console.error(`follow.mjs: ${endpoint}: ${error.message}`);
  process.exit(1);
});
const beat = setInterval(() => say({ type: TYPE.HEARTBEAT }), 1000);
