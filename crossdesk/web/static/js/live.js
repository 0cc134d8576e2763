// The stream says only which thread changed; the parts of this page that show it ask again, as their reader.
// A part: data-thread="<id>" hx-get="…" hx-trigger="thread-changed". The line in words: any element with data-live-words.
// Parts of one page whose id is their name in "?part=" ask together, in one question.

const address = document.body.dataset.live;
let live = null;
let lostAt = null;
// When anything on this page last changed: told by the server, then by the stream.
let changedAt = Date.parse(document.querySelector("[data-live-words][data-changed]")?.dataset.changed) || null;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "Europe/London" });

function ago(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  return seconds < 86400 ? `at ${clock.format(changedAt)}` : `on ${day.format(changedAt)}`;
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
    live = message.live;
    lostAt = live ? null : lostAt ?? message.since;
  } else if ("missed" in message) {
    // Everybody's parts at once would be a storm on a server that has just come back.
    setTimeout(() => refresh(document.querySelectorAll("[data-thread]")), 1500 * Math.random());
  } else if ("thread" in message) {
    changedAt = Date.now();
    refresh(document.querySelectorAll(`[data-thread="${CSS.escape(message.thread)}"], [data-thread="any"]`));
    document.dispatchEvent(new CustomEvent("thread-changed-anywhere", { detail: message }));
  }
  say();
}

const changed = (part) => part.dispatchEvent(new CustomEvent("thread-changed", { bubbles: false }));

const question = (part) => part.hasAttribute("hx-get") && new URL(part.getAttribute("hx-get"), location.href);
const named = (part, url) => url && part.id && url.searchParams.get("part") === part.id;

function refresh(parts) {
  const pages = new Set();
  for (const part of parts) {
    const url = question(part);
    if (named(part, url)) pages.add(url.pathname);
    else changed(part);
  }
  pages.forEach(together);
}

// One question of a page at a time; what changed meanwhile is asked for once more when the answer is there.
const asking = new Map();

async function together(path) {
  if (asking.has(path)) return asking.set(path, true);
  do {
    asking.set(path, false);
    const parts = [...document.querySelectorAll("[data-thread][hx-get]")].filter((part) => {
      const url = question(part);
      return named(part, url) && url.pathname === path;
    });
    if (parts.length === 0) break;
    const asked = new URLSearchParams(parts.flatMap((part) => [...question(part).searchParams]).filter(([key]) => key !== "part"));
    const several = parts.length > 1;
    const how = { source: parts[0], target: parts[0], swap: several ? "none" : "outerMorph" };
    const names = parts.map((part) => part.id).join(",");
    await htmx.ajax("GET", `${path}?${new URLSearchParams([...asked, ["part", names]])}`, how).catch(() => {});
  } while (asking.get(path));
  asking.delete(path);
}

// No answer here is ever kept; and browsers let only one question of an address use their cache at a time, so the tabs of
// one case would wait for each other.
document.addEventListener("htmx:config:request", ({ detail }) => (detail.ctx.request.cache = "no-store"));

// An answer that is not the part: a server that is restarting is asked again; a page that is no longer one's own, or a
// sign-in that has ended, is told by loading the page anew. What stood there stays meanwhile.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const part = ctx.sourceElement?.closest?.("[data-thread]");
  const answer = ctx.response?.raw;
  if (!part || !answer || part !== ctx.sourceElement) return;
  if (answer.status >= 500) again(part);
  else if (answer.redirected || answer.status >= 400) location.reload();
  else return;
  event.preventDefault();
});
document.addEventListener("htmx:error", ({ target }) => target.matches?.("[data-thread]") && again(target));

const again = (part) => setTimeout(() => part.isConnected && refresh([part]), 2000 + 1000 * Math.random());

function throughWorker() {
  // Another person, or the same for another party, has other seats and so a stream of their own.
  const { port } = new SharedWorker(document.body.dataset.liveWorker, { name: `crossdesk-live-${document.body.dataset.liveAs}` });
  port.onmessage = ({ data }) => heard(data);
  port.start();
  port.postMessage({ listen: address, since: Number(document.body.dataset.liveSince) });
  addEventListener("pagehide", () => port.postMessage({ leave: true }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function alone() {
  const stream = new EventSource(`${address}?since=${document.body.dataset.liveSince}`);
  stream.onopen = () => heard({ live: true, since: Date.now() });
  stream.onerror = () => heard({ live: false, since: Date.now() });
  stream.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (Array.isArray(message.missed)) message.missed.forEach((thread) => heard({ thread }));
    else heard(message);
  };
}

if (address) {
  if (typeof SharedWorker === "undefined") alone();
  else throughWorker();
  setInterval(say, 1000);
}
