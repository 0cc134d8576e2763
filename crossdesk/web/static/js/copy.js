// Copies a field to the clipboard and says so. Where the browser refuses, the field is selected, ready for Ctrl C.

function tell(words) {
  const line = document.querySelector("[data-copied]");
  if (line) line.textContent = words;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  const label = field.labels?.[0]?.textContent ?? "The field";
  try {
    await navigator.clipboard.writeText(field.value);
    for (const each of document.querySelectorAll("[data-copy].copied")) each.classList.remove("copied");
    button.classList.add("copied");
    tell(`${label}: copied.`);
  } catch {
    field.focus();
    field.select();
    tell(`${label}: selected; copy it with Ctrl C.`);
  }
});
