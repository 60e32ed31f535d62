// Reads an answer that a server sends as events over a POST. Knows nothing of the page.

/** Thrown when no whole answer came: `message` is for people, `kept` says nothing was recorded. */
export class Failed extends Error {
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** POST `fields` and hand each event to `on[name](data)`; resolves to the data of "reply". */
export async function ask(url, fields, on) {
  const response = await post(url, fields, "text/event-stream");
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Failed("");
    buffer += decoder.decode(value, { stream: true });
    const events = buffer.split("\n\n");
    buffer = events.pop();
    for (const event of events) {
      const [name, data] = parse(event);
      if (name === "reply") return data;
      if (name === "error") throw new Failed(data.error.message);
      if (on[name]) on[name](data);
    }
  }
}

/** POST `fields` and resolve to the JSON of the answer. */
export async function send(url, fields) {
  return (await post(url, fields, "application/json")).json();
}

async function post(url, fields, accept) {
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: accept },
  });
  if (response.ok) return response;
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  const body = await response.json().catch(() => null);
  throw new Failed(body?.error?.message ?? "", retryAfter);
}

function parse(event) {
  let name = "", data = "";
  for (const line of event.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    if (line.startsWith("data: ")) data += line.slice(6);
  }
  return [name, data ? JSON.parse(data) : null];
}
