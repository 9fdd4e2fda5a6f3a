// One connection for changes, shared by all tabs: a browser opens only six to one host, and a page
// that is open in the seventh tab would wait for ever.
const ports = new Set();
const last = new Map(); // what somebody who comes later has to know at once
let source = null;

function tell(name, data) {
  if (name === "connection" || name === "status") last.set(name, data);
  for (const port of ports) port.postMessage({ name, data });
}

function open() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource("/api/v1/changes");
  source.onopen = () => tell("connection", true);
  source.onerror = () => {
    tell("connection", false);
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && open(), 5000);
  };
  for (const name of ["changes", "status", "uploads", "decisions", "reset"])
    source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
}

function close() {
  source?.close();
  source = null;
  last.clear();
}

addEventListener("connect", (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data === "open") open();
    else if (data === "close") close();
    else if (data === "leave") ports.delete(port);
  };
  ports.add(port);
  for (const [name, data] of last) port.postMessage({ name, data });
});
