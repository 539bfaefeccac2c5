// One event stream for all pages of this browser: it allows six connections per host, and a
// stream in each tab would use them up. Runs as a SharedWorker where there are such, else
// inside the page, which imports it and calls `listen`.
//
// Tells its listeners {kind: "link", link}, {kind: "hello", version, boot} and
// {kind: "frame", graph, revision, state, level}.

const BEAT = 5000; // ms; the server's
const MISSED = 2.4 * BEAT; // ms without a word: two beats are missing
const FROZEN = 30000; // ms without a word after which old pictures must look old

const listeners = new Set();
const newest = new Map(); // graph -> its newest frame message, for pages that come later
let source = null;
let hello = null;
let link = "connecting";
let heardAt = 0;
let triedAt = 0;
let timer = 0;

function tell(message) {
  for (const hear of listeners) hear(message);
}

function mark(state) {
  link = state;
  tell({ kind: "link", link });
}

function connect() {
  source?.close();
  triedAt = Date.now();
  source = new EventSource("/events");
  source.addEventListener("hello", (event) => {
    hello = { kind: "hello", ...JSON.parse(event.data) };
    heard();
    tell(hello);
  });
  source.addEventListener("frame", (event) => {
    const frame = { kind: "frame", ...JSON.parse(event.data) };
    if (frame.state === "error") newest.delete(frame.graph);
    else newest.set(frame.graph, frame);
    heard();
    tell(frame);
  });
  source.addEventListener("beat", () => {
    heard();
    mark("live"); // also when it is known: pages try again what failed
  });
  source.addEventListener("error", watch);
}

function heard() {
  heardAt = Date.now();
  if (link !== "live") mark("live");
}

// An EventSource that met a 502 is dead for ever (readyState 2), and one whose server hangs
// never knows: both are replaced.
function watch() {
  const now = Date.now();
  const silent = now - heardAt > MISSED;
  if (!silent && source.readyState === EventSource.OPEN) return;
  const state = now - heardAt > FROZEN && heardAt ? "frozen" : "reconnecting";
  if (link !== state && (heardAt || now - triedAt > MISSED)) mark(state);
  const dead = source.readyState === EventSource.CLOSED;
  if (now - triedAt > (dead ? 2000 : MISSED)) connect();
}

export function listen(hear) {
  listeners.add(hear);
  if (!source) {
    connect();
    timer = setInterval(watch, 1000);
  }
  hear({ kind: "link", link });
  if (hello) hear(hello);
  for (const frame of newest.values()) hear(frame);
  return () => leave(hear);
}

function leave(hear) {
  listeners.delete(hear);
  if (listeners.size) return;
  clearInterval(timer);
  source?.close();
  source = null;
  hello = null;
  newest.clear();
  link = "connecting";
  heardAt = 0;
}

self.onconnect = ({ ports: [port] }) => {
  const hear = (message) => port.postMessage(message);
  port.onmessage = ({ data }) => (data === "hi" ? listen(hear) : leave(hear));
};
