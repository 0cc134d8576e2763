// The queue by hand: j and k move, Enter opens, x selects. What is selected, and the row one stands on, keep their place
// through a refresh; a row that changed meanwhile glows once. `[` and `]` on a case go along the list it was opened from.

const rows = () => [...document.querySelectorAll("[data-queue] tbody tr")];
const here = () => document.querySelector("[data-queue] tr[data-here]");
const busy = (event) => document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented
  || event.target.closest?.("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open], [popover]:popover-open");

function stand(row) {
  here()?.removeAttribute("data-here");
  if (!row) return;
  row.setAttribute("data-here", "");
  row.querySelector("a")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  const at = all.indexOf(here());
  stand(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function select(row) {
  const chosen = row.getAttribute("aria-selected") !== "true";
  row.setAttribute("aria-selected", String(chosen));
  const box = row.querySelector("input[type=checkbox]");
  if (box) box.checked = chosen;
  tell();
}

function tell() {
  let chosen = 0;
  for (const row of rows()) {
    const box = row.querySelector("input[type=checkbox]");
    if (!box) continue;
    row.setAttribute("aria-selected", String(box.checked));
    chosen += box.checked;
  }
  const words = document.querySelector("[data-selected-words]");
  if (words) words.textContent = `${chosen} selected`;
}

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-queue]") || busy(event)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && here()) select(here());
  else if (event.key === "Enter" && here() && !event.target.closest("a, button")) here().querySelector("a")?.click();
  else return;
  event.preventDefault();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-queue] tbody tr");
  if (row && row !== here()) {
    here()?.removeAttribute("data-here");
    row.setAttribute("data-here", "");
  }
});
document.addEventListener("change", (event) => event.target.matches?.("[data-queue] input[type=checkbox]") && tell());
document.addEventListener("reset", (event) => event.target.matches?.(".tablewrap") && setTimeout(tell));

// A refresh: rows that are not as they were glow once, through whatever refreshes follow meanwhile.
const GLOW = 1600;
let before = new Map();
const glowing = new Map();
const glow = () => rows().forEach((row) => row.classList.toggle("fresh", glowing.get(row.id) > Date.now()));
document.addEventListener("htmx:before:swap", () => (before = new Map(rows().map((row) => [row.id, row.dataset.changed]))));
document.addEventListener("htmx:after:swap", () => {
  for (const row of rows()) {
    if (before.has(row.id) && before.get(row.id) !== row.dataset.changed) glowing.set(row.id, Date.now() + GLOW);
  }
  glow();
  setTimeout(glow, GLOW + 50);
  tell();
});

// The list one came from, for `[` and `]` on the case page. References only, in this tab only.
const NOTED = "queue references";
if (document.querySelector("[data-queue]")) {
  const note = () => sessionStorage.setItem(NOTED, JSON.stringify({ from: location.href, cases: [...new Set(rows().map((row) => row.querySelector(".c-ref a")?.textContent.trim()))] }));
  note();
  document.addEventListener("htmx:after:swap", note);
}
function neighbours() {
  const onCase = document.querySelector("[data-case]")?.dataset.case;
  const noted = JSON.parse(sessionStorage.getItem(NOTED) ?? "null");
  const at = noted?.cases.indexOf(onCase) ?? -1;
  if (!onCase || at < 0) return;
  for (const [which, step] of [["previous", -1], ["next", 1]]) {
    const link = document.querySelector(`[data-neighbour=${which}]`);
    const other = noted.cases[at + step];
    if (!link || !other) continue;
    link.href = `/cases/${other}/`;
    link.title = other;
    link.removeAttribute("aria-disabled");
  }
  const up = document.querySelector("[data-key=u]");
  if (up) up.href = noted.from;
}
neighbours();
document.addEventListener("htmx:after:swap", neighbours); // a refreshed head has them as the server knows them
