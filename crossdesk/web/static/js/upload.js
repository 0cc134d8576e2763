// A large file with its progress in words. XMLHttpRequest, because fetch does not tell how much was sent.

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
const LONG = 200_000; // characters of a pasted list from which on it travels better as a file

// The server answers with lines of JSON while it reads; of a line that has not wholly come, nothing is taken.
function lastLine(text) {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1) || text;
  try {
    return JSON.parse(whole.trim().split("\n").pop());
  } catch {
    return {};
  }
}

function send(form) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const button = form.querySelector("[type=submit]:not([formaction])");
  const request = new XMLHttpRequest();
  const failed = (sentence) => {
    words.textContent = sentence;
    bar.hidden = true;
    button.disabled = false;
    box.scrollIntoView({ block: "nearest" });
  };
  box.hidden = bar.hidden = false;
  button.disabled = true;
  let quarter = -1;
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = (100 * loaded) / total;
    const reached = Math.floor((4 * loaded) / total);
    if (reached !== quarter) words.textContent = `${size(loaded)} of ${size(total)} sent`; // said at each quarter, not at each packet
    quarter = reached;
  };
  request.upload.onload = () => (words.textContent = "All sent. Reading the lines now.");
  request.onprogress = () => {
    const come = lastLine(request.responseText);
    if (come.share) bar.value = come.share;
    if (come.lines) words.textContent = `${come.lines.toLocaleString("en-GB")} lines read`;
    if (come.keeping) words.textContent = `All ${come.keeping.toLocaleString("en-GB")} lines read. Keeping them now.`;
  };
  request.onerror = () => failed("The line was lost before everything had arrived. Nothing was saved: send it again.");
  request.onload = () => arrived(request, failed);
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(new FormData(form));
}

function arrived(request, failed) {
  const answer = lastLine(request.responseText);
  if (answer.next) return location.assign(answer.next);
  return failed(answer.sentence ?? "It was not taken, and nothing was saved. Send it again in a few seconds.");
}

// Too large is said as soon as it is chosen; the other files stay chosen.
function tooLarge(input) {
  const most = Number(input.dataset.largest);
  const over = [...input.files].find((file) => file.size > most * 2 ** 20);
  const sentence = over ? `“${over.name}” is larger than ${most} MB. Give a part of it, or choose another file.` : "";
  input.setCustomValidity(sentence);
  if (sentence) input.reportValidity();
}

// A pasted list of many thousand lines becomes a file: it streams, and what is kept and asked again stays small.
function asFile(area) {
  const input = document.getElementById(area.dataset.longList);
  if (area.value.length < LONG || !input) return;
  const carrier = new DataTransfer();
  carrier.items.add(new File([area.value], "pasted-list.csv", { type: "text/csv" }));
  input.files = carrier.files;
  area.value = "";
  area.placeholder = "The long list you pasted is now the file below, pasted-list.csv.";
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (!form || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  send(form);
});
document.addEventListener("change", ({ target }) => target.dataset?.largest && target.files && tooLarge(target));
document.addEventListener("input", ({ target }) => target.dataset?.longList && asFile(target));

// A part of the page that asks again needs to know which files are chosen, and never their bytes.
document.addEventListener("htmx:config:request", ({ detail }) => {
  const body = detail.ctx.request.body;
  if (!(body instanceof FormData)) return;
  for (const name of new Set(body.keys())) {
    const files = body.getAll(name).filter((value) => value instanceof File);
    if (!files.length) continue;
    body.delete(name);
    for (const file of files) if (file.name) body.append(name, file.name);
  }
});
