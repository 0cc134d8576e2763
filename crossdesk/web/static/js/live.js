// The stream says only which thread changed; the parts of this page that show it ask again, as their reader.
// A part: data-thread="<id>" hx-get="…" hx-trigger="thread-changed". The line in words: any element with data-live-words.

const address = document.body.dataset.live;
let live = null;
let lostAt = null;
let changedAt = null;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });

function ago(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} m ago` : `at ${clock.format(changedAt)}`;
}

function say() {
  for (const line of document.querySelectorAll("[data-live-words]")) {
    line.classList.toggle("lost", live === false);
    if (live) line.textContent = changedAt ? `Live; last change ${ago(Date.now() - changedAt)}` : "Live";
    else if (live === false) line.textContent = `Not live since ${clock.format(lostAt)}`;
  }
}

function heard(message) {
  if ("live" in message) {
    const back = live === false && message.live;
    live = message.live;
    lostAt = live ? null : lostAt ?? message.since;
    if (back) document.querySelectorAll("[data-thread]").forEach(changed); // what was missed meanwhile
  } else if ("thread" in message) {
    changedAt = Date.now();
    const parts = document.querySelectorAll(`[data-thread="${CSS.escape(message.thread)}"], [data-thread="any"]`);
    parts.forEach(changed);
    document.dispatchEvent(new CustomEvent("thread-changed-anywhere", { detail: message }));
  }
  say();
}

const changed = (part) => part.dispatchEvent(new CustomEvent("thread-changed", { bubbles: false }));

function throughWorker() {
  const { port } = new SharedWorker(document.body.dataset.liveWorker, { name: "crossdesk-live" });
  port.onmessage = ({ data }) => heard(data);
  port.start();
  port.postMessage({ listen: address });
  addEventListener("pagehide", () => port.postMessage({ leave: true }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function alone() {
  const stream = new EventSource(address);
  stream.onopen = () => heard({ live: true, since: Date.now() });
  stream.onerror = () => heard({ live: false, since: Date.now() });
  stream.onmessage = (event) => heard(JSON.parse(event.data));
}

if (address) {
  if (typeof SharedWorker === "undefined") alone();
  else throughWorker();
  setInterval(say, 1000);
}
