// The queue by hand: j and k move, Enter opens, x selects. The row one stands on keeps its place through a refresh.

const rows = () => [...document.querySelectorAll("[data-queue] tbody tr")];
const here = () => document.querySelector("[data-queue] tr[data-here]");
const busy = (event) => document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented
  || event.target.closest?.("input:not([type=checkbox]), textarea, select, button") || document.querySelector("dialog[open]");

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
  row.dispatchEvent(new CustomEvent("row-selected", { bubbles: true, detail: { chosen } }));
}

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-queue]") || busy(event)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && here()) select(here());
  else if (event.key === "Enter" && here() && !event.target.closest("a")) here().querySelector("a")?.click();
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
document.addEventListener("change", (event) => {
  const row = event.target.matches?.("[data-queue] input[type=checkbox]") && event.target.closest("tr");
  if (row) row.setAttribute("aria-selected", String(event.target.checked));
});
