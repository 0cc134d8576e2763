// Words of a running clock keep up by themselves: data-due="<moment>". A role="timer" stays silent except at 10 and 1 minutes.
// data-due-seconds shows 33:08, for the war room.

const two = (number) => String(number).padStart(2, "0");

function span(minutes) {
  if (minutes < 60) return `${minutes} m`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

function words(element, rest) {
  const seconds = Math.floor(Math.abs(rest) / 1000);
  if ("dueSeconds" in element.dataset && rest >= 0) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${span(Math.floor(seconds / 60))} ${rest < 0 ? "over" : "left"}`;
}

function tick() {
  for (const element of document.querySelectorAll("[data-due]")) {
    const rest = Date.parse(element.dataset.due) - Date.now();
    const now = words(element, rest);
    if (element.textContent !== now) element.textContent = now;
    if (rest < 0) element.closest(".clock:not(.met, .paused)")?.classList.add("over");
    const aloud = element.closest("[role=timer]");
    if (aloud) aloud.setAttribute("aria-live", [10, 1].includes(Math.ceil(rest / 60000)) ? "polite" : "off");
  }
}

setInterval(tick, document.querySelector("[data-due-seconds]") ? 1000 : 15000);
tick();
