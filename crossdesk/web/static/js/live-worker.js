// One stream per browser, however many tabs: browsers open only six connections to one host.

const ports = new Set();
let stream = null;
let state = null; // until the first answer nobody knows, and nothing is said

const tell = (message) => ports.forEach((port) => port.postMessage(message));

function become(live) {
  if (live !== state?.live) state = { live, since: Date.now() };
  tell(state);
}

function listen(address) {
  stream = new EventSource(address);
  stream.onopen = () => become(true);
  stream.onerror = () => {
    become(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(address), 5000);
  };
  stream.onmessage = (event) => tell(JSON.parse(event.data));
}

self.onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.leave) ports.delete(port);
    else if (!stream) listen(data.listen);
    else if (state) port.postMessage(state);
    if (!ports.size && stream) {
      stream.close();
      stream = null;
      state = null;
    }
  };
};
