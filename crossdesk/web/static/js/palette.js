// Find or do: one dialog. What was typed is POSTed, so that an identifier never stands in an address or a log.

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("ul");
const said = dialog?.querySelector("[role=status]");
const idle = "A reference opens its case. Verbs of this page are found by their name.";
let asked = 0;
let timer = 0;

function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  said.textContent = idle;
  ask();
}

async function ask() {
  const words = input.value.trim();
  const mine = ++asked;
  const body = new URLSearchParams({ q: words, on: document.querySelector("[data-case]")?.dataset.case ?? "" });
  try {
    const answer = await fetch(dialog.dataset.find, {
      method: "POST", body, headers: { "X-CSRFToken": document.body.dataset.csrf ?? "", "HX-Request": "true" },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const html = await answer.text();
    if (mine !== asked) return;
    list.innerHTML = html;
    pick(list.querySelector("[role=option]"));
    said.textContent = words ? `${list.querySelectorAll("[data-href]").length} found` : idle;
  } catch {
    if (mine === asked) said.textContent = "The search did not answer. Your words are kept; try again in a moment.";
  }
}

function pick(option) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const options = [...list.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (options.length) pick(options[(at + by + options.length) % options.length]);
}

function go(option) {
  if (option?.dataset.href) location.assign(option.dataset.href);
  else if (option) said.textContent = option.textContent;
}

if (dialog) {
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") go(list.querySelector("[aria-selected=true]"));
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("click", (event) => event.target.closest?.("[data-palette]") && open());
  document.addEventListener("keydown", (event) => {
    const slash = event.key === "/" && document.body.dataset.keys !== "off" && !event.ctrlKey && !event.metaKey
      && !event.target.closest?.("input, textarea, select, [contenteditable]") && !document.querySelector("dialog[open]");
    if (slash || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) {
      event.preventDefault();
      open();
    }
  });
}
