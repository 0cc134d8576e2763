// A request of the reference page is sent as a tool would send it: with the token given above, and without the session.

const TOLD = ["etag", "location", "link", "ratelimit", "retry-after", "idempotency-replayed", "www-authenticate"];

const fields = (form, place) => [...form.querySelectorAll(`[data-place="${place}"]`)].filter((each) => each.type === "file" || each.value);

function asked(form, token) {
  let path = form.dataset.path;
  for (const each of fields(form, "path")) path = path.replace(`{${each.name}}`, encodeURIComponent(each.value));
  const query = new URLSearchParams(fields(form, "query").map((each) => [each.name, each.value]));
  const headers = new Headers(token ? { Authorization: `Bearer ${token}` } : {});
  for (const each of fields(form, "header")) headers.set(each.name, each.value);
  const [body] = fields(form, "body");
  if (body) headers.set("Content-Type", "application/json");
  const parts = fields(form, "form");
  const data = parts.length ? new FormData() : body?.value;
  for (const each of parts) data.append(each.name, each.type === "file" ? each.files[0] : each.value);
  return [query.size ? `${path}?${query}` : path, { method: form.dataset.method, headers, body: data, credentials: "omit" }];
}

async function told(response) {
  const type = response.headers.get("content-type") ?? "";
  const text = type.includes("json") ? JSON.stringify(await response.json(), null, 2) : `${(await response.blob()).size} bytes of ${type}`;
  const headers = TOLD.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  return [`${response.status} ${response.statusText}`.trim(), ...headers, "", text].join("\n");
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-try]");
  if (!form) return;
  event.preventDefault();
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  shown.setAttribute("aria-label", "The answer");
  try {
    const [address, request] = asked(form, document.getElementById("f-token").value.trim());
    shown.textContent = await told(await fetch(address, request));
  } catch (error) {
    shown.textContent = `It did not get through: ${error.message}`;
  }
  form.querySelector("[data-answer]").replaceChildren(shown);
});
