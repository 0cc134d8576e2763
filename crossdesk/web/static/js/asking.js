// A part that answers while one fills in a form asks again when its question was lost or the server was busy; what stood
// there stays meanwhile. A newer question takes the place of the one that waits.

const waiting = new WeakMap();

function again(part) {
  clearTimeout(waiting.get(part));
  waiting.set(part, setTimeout(() => part.isConnected && htmx.trigger(part, "change"), 1000 + 1000 * Math.random()));
}

document.addEventListener("htmx:before:request", ({ target }) => clearTimeout(waiting.get(target)));
document.addEventListener("htmx:error", ({ target }) => target.matches?.("[data-asks]") && again(target));
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches?.("[data-asks]") || !(ctx.response?.status >= 500)) return;
  if (!ctx.hx?.retarget) event.preventDefault(); // what is told beside the part may stand there
  again(ctx.sourceElement);
});
