// A large file with its progress in words. XMLHttpRequest, because fetch does not tell how much was sent.

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

function send(form) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const button = form.querySelector("[type=submit]");
  const request = new XMLHttpRequest();
  const failed = (sentence) => {
    words.textContent = sentence;
    button.disabled = false;
  };
  box.hidden = false;
  button.disabled = true;
  let quarter = -1;
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = (100 * loaded) / total;
    const reached = Math.floor((4 * loaded) / total);
    if (reached !== quarter) words.textContent = `${size(loaded)} of ${size(total)} sent`; // said at each quarter, not at each packet
    quarter = reached;
  };
  request.upload.onload = () => (words.textContent = "All sent. Reading the lines now.");
  request.onerror = () => failed("The line was lost before the file had arrived. Nothing was saved: send it again.");
  request.onload = () => arrived(request, failed);
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(new FormData(form));
}

// The server answers {"next": address} or {"sentence": why not}; a page it sent the browser on to is opened.
function arrived(request, failed) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    if (request.status < 400 && request.responseURL) return location.assign(request.responseURL);
  }
  if (answer.next) return location.assign(answer.next);
  return failed(answer.sentence ?? "The file was not taken. Look at its size and its kind, then send it again.");
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  send(form);
});
