// "That was not taken" leaves the page as soon as something was: it speaks of the last try only.

document.addEventListener("htmx:after:request", ({ detail }) => {
  const told = document.getElementById("not-taken");
  if (told && detail.ctx?.response?.status < 400) told.replaceChildren();
});
