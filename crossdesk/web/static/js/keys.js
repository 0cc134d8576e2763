// Single keys. The page declares them: an element with data-key="t" answers to t, one with data-key="g q" to g then q.
// They rest while somebody types, in a dialog, with Ctrl, Alt or Meta, and where the person switched them off (WCAG 2.1.4).

const on = () => document.body.dataset.keys !== "off";
const typing = (target) => target.closest?.("input:not([type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]");
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
// What stands in a closed menu answers as well; a second one that is only hidden does not.
const usable = (element) => visible(element) || element.closest("[popover]");
const answering = (key) => {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return all.find(visible) ?? all.find(usable);
};

let pending = "";
let forget = 0;

function pressed(key) {
  const whole = pending ? `${pending} ${key}` : key;
  pending = "";
  clearTimeout(forget);
  if (key === "g" && whole === "g") {
    pending = "g";
    forget = setTimeout(() => (pending = ""), 1500);
    return true;
  }
  const element = answering(whole);
  if (!element) return false;
  use(element);
  return true;
}

function use(element) {
  element.focus();
  const refused = element.getAttribute("aria-disabled") === "true";
  if (!refused && !element.matches("textarea, input[type=text], input[type=search], select, section, li")) element.click();
  if (element.matches("section, li")) element.scrollIntoView({ block: "start" });
  document.getElementById(element.dataset.keyFocus)?.focus();
}

const always = [
  ["Ctrl K", "Find or do"], ["/", "Find or do"], ["?", "These keys"], ["Esc", "Close; a draft is kept"],
];
const onQueue = [["j  k", "Next, previous row"], ["Enter", "Open the row"], ["x", "Select the row"]];

function showHelp() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const declared = [...document.querySelectorAll("[data-key]")].filter(usable).map((element) => [
    element.dataset.key,
    element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.replace(/\s+[\d,]+\s*$/, "").trim(),
  ]);
  const rows = [...always, ...(document.querySelector("[data-queue]") ? onQueue : []), ...declared];
  if (document.querySelector("[data-composer]")) rows.push(["Ctrl Enter", "Send"]);
  dialog.querySelector("dl").replaceChildren(...rows.map(([key, label]) => row(key, label)));
  dialog.showModal();
}

function row(key, label) {
  const pair = document.createElement("div");
  const term = pair.appendChild(document.createElement("dt"));
  for (const part of key.split(/\s+/)) term.append(Object.assign(document.createElement("kbd"), { textContent: part }), " ");
  pair.appendChild(document.createElement("dd")).textContent = label;
  return pair;
}

document.addEventListener("keydown", (event) => {
  if (!on() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    showHelp();
  } else if (event.key.length === 1 && pressed(event.key)) {
    event.preventDefault();
  }
});
