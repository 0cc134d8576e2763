// The writing place: the picked audience changes the line, the readers named and the words on the button, all at once.
// A draft lives in this tab only (sessionStorage) and goes when it was sent.

const kinds = ["internal", "raiser", "leg", "everyone"];
const words = (form) => form.querySelector("textarea");
const kept = (form) => `draft ${form.dataset.draft}`;

function show(form) {
  const picked = form.querySelector("input[name=audience]:checked");
  if (!picked) return;
  form.classList.remove(...kinds.map((kind) => `to-${kind}`));
  form.classList.add(`to-${picked.dataset.kind}`);
  for (const panel of form.querySelectorAll("[data-readers]")) panel.hidden = panel.dataset.readers !== picked.value;
  form.querySelector(".btn-primary").textContent = picked.dataset.send;
  const ask = form.querySelector("[data-ask]");
  if (ask) ask.hidden = !("asks" in picked.dataset);
  const due = form.querySelector("[name=due_at]");
  if (due && ask?.hidden) due.value = "";
}

function nameFile(form) {
  const given = form.querySelector("[name=file]")?.files[0];
  const words = form.querySelector("[data-file-name]");
  if (words) words.textContent = given ? `${given.name} goes along` : "Attach";
}

function keep(form) {
  const audience = form.querySelector("input[name=audience]:checked")?.value;
  if (words(form).value) sessionStorage.setItem(kept(form), JSON.stringify({ words: words(form).value, audience }));
  else sessionStorage.removeItem(kept(form));
  say(form, words(form).value ? "Draft kept." : "");
}

function say(form, text) {
  const line = form.querySelector("[data-draft-words]");
  if (line) line.textContent = text;
}

function begin(form) {
  if (form.dataset.begun) return;
  form.dataset.begun = "yes";
  const draft = JSON.parse(sessionStorage.getItem(kept(form)) ?? "null");
  if (draft && !words(form).value) {
    words(form).value = draft.words;
    const option = [...form.querySelectorAll("input[name=audience]:enabled")].find((input) => input.value === draft.audience);
    if (option) option.checked = true;
    say(form, "Draft from before, kept in this tab.");
  }
  show(form);
}

const all = () => document.querySelectorAll("[data-composer]").forEach(begin);
const within = (event) => event.target.closest?.("[data-composer]");

all();
document.addEventListener("htmx:after:swap", all);
document.addEventListener("change", (event) => {
  const form = within(event);
  if (form && event.target.name === "audience") {
    show(form);
    keep(form);
  }
  if (form && event.target.name === "file") nameFile(form);
});
document.addEventListener("input", (event) => {
  const form = within(event);
  if (form && event.target === words(form)) keep(form);
});
document.addEventListener("keydown", (event) => {
  const form = within(event);
  if (form && (event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary"));
  } else if (form && event.key === "Escape" && event.target === words(form)) {
    words(form).blur();
  }
});
// A refused message comes back with its words in the form, so the copy here may go as soon as it is sent.
document.addEventListener("submit", (event) => {
  const form = within(event);
  if (form && !event.defaultPrevented) addEventListener("pagehide", () => sessionStorage.removeItem(kept(form)), { once: true });
});
