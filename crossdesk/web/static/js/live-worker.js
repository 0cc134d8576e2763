// One stream per browser, however many tabs: browsers open only six connections to one host.
// Each tab comes with the moment before it was rendered, on the server's clock. What changed since is told from the log
// kept here; a tab older than the log is told that anything may have changed, and asks for all its parts again.

const LOGGED = 500;
const ports = new Map(); // each tab, and the moment it was rendered until it has been caught up
let stream = null;
let state = null; // until the first answer nobody knows, and nothing is said
let whole = Infinity; // since this moment everything was heard here
let log = []; // [moment, thread]

const tell = (message) => ports.forEach((_, port) => port.postMessage(message));

function become(live) {
  if (live !== state?.live) state = { live, since: Date.now() };
  tell(state);
}

function note(at, thread) {
  log.push([at, thread]);
  if (log.length > LOGGED) whole = Math.max(whole, log.shift()[0] + 2.001);
  tell({ thread });
}

function hear({ thread, at, missed, since, now }) {
  if (thread) return note(at, thread);
  if (missed === "all") {
    whole = now;
    log = [];
    ports.forEach((_, port) => ports.set(port, null));
    return tell({ missed });
  }
  whole = Math.min(whole, since);
  for (const each of missed) note(now, each);
  ports.forEach((rendered, port) => rendered !== null && catchUp(port, rendered));
}

function catchUp(port, rendered) {
  ports.set(port, null);
  if (rendered < whole) return port.postMessage({ missed: "all" });
  for (const thread of new Set(log.filter(([at]) => at >= rendered - 2).map(([, thread]) => thread))) port.postMessage({ thread });
}

function listen(address, since) {
  stream = new EventSource(`${address}?since=${since}`);
  stream.onopen = () => become(true);
  stream.onerror = () => {
    become(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => ports.size && listen(address, since), 2000 + 2000 * Math.random());
  };
  stream.onmessage = (event) => {
    since = event.lastEventId || since;
    hear(JSON.parse(event.data));
  };
}

function leave(port) {
  ports.delete(port);
  if (ports.size || !stream) return;
  stream.close();
  stream = state = null;
  whole = Infinity;
  log = [];
}

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.leave) return leave(port);
    ports.set(port, data.since);
    if (!stream) return listen(data.listen, data.since);
    if (state) port.postMessage(state);
    if (state?.live && whole < Infinity) catchUp(port, data.since);
  };
};
