// Find or do: one dialog. The verbs and places of this page are found here, cases and parties by the server.
// What was typed is POSTed, so that an identifier never stands in an address or a log.

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("ul");
const said = dialog?.querySelector("[role=status]");
const idle = "A reference opens its case; a verb of this page goes by its name.";
const reference = /^[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}$/i;
let verbs = new Map();
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
    show(words, html);
  } catch {
    if (mine !== asked) return;
    show(words, "");
    if (words) said.textContent = "Cases and parties could not be asked. What is on this page is shown.";
  }
}

function show(words, html) {
  list.innerHTML = html;
  const mine = [...here(words)].filter((option) => !known(option));
  if (mine.length) list.querySelector("#found-0")?.remove();
  list.prepend(...mine);
  input.setAttribute("aria-expanded", String(list.children.length > 0));
  pick(list.querySelector("[role=option]"));
  const ways = list.querySelectorAll("[role=option]:not([aria-disabled])").length;
  said.textContent = words ? `${ways} found` : idle;
}

// What the server told, with its reasons, is not told a second time by the page.
function known(option) {
  const label = verbs.has(option.id) && option.querySelector("span").textContent;
  return [...list.querySelectorAll("[role=option]")].some((other) => option.dataset.href
    ? other.dataset.href === option.dataset.href
    : [label, `${label}, ${document.querySelector("[data-case]")?.dataset.case}`].includes(other.querySelector("span")?.textContent));
}

// The page's own verbs are the elements that answer to a key; one that is not allowed says why.
function* here(words) {
  verbs = new Map();
  if (!words) return;
  if (reference.test(words)) {
    const option = line(`Open ${words.toUpperCase()}`, "Enter", "");
    option.dataset.href = `/${/^MI/i.test(words) ? "majors" : "cases"}/${words.toUpperCase()}/`;
    yield option;
  }
  for (const element of document.querySelectorAll("[data-key]")) {
    const label = element.dataset.keyLabel || element.textContent.trim().replace(/\s+/g, " ");
    if (!words.toLowerCase().split(/\s+/).every((word) => label.toLowerCase().includes(word))) continue;
    const why = element.getAttribute("aria-disabled") === "true" ? element.getAttribute("aria-description") : "";
    const option = line(label, element.dataset.key, why);
    verbs.set(option.id, element);
    yield option;
  }
}

function line(label, key, why) {
  const option = document.createElement("li");
  option.id = `here-${verbs.size + 1}${key === "Enter" ? "-open" : ""}`;
  option.setAttribute("role", "option");
  if (why) option.setAttribute("aria-disabled", "true");
  option.append(Object.assign(document.createElement("span"), { textContent: why ? `${label}: ${why}` : label }));
  option.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  return option;
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
  const verb = verbs.get(option?.id);
  if (verb && option.getAttribute("aria-disabled") !== "true") {
    dialog.close();
    verb.focus();
    if (!verb.matches("textarea")) verb.click();
    document.getElementById(verb.dataset.keyFocus)?.focus();
  } else if (option?.dataset.href) location.assign(option.dataset.href);
  else if (option?.dataset.search) search(option.dataset.search);
  else if (option) said.textContent = option.textContent;
}

// The page of results is asked for by a form that posts; its address holds a token, never the words.
function search(address) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address });
  const fields = { q: input.value.trim(), csrfmiddlewaretoken: document.body.dataset.csrf ?? "" };
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
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
