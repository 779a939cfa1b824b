// Server-sent events by fetch: an EventSource could not send a token.

/** The events of a stream as they come: `kind`, `id` and `data`. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n\n");
    rest = whole.pop();
    for (const text of whole) {
      const event = read(text);
      if (event.kind) yield event;
    }
  }
}

function read(text) {
  const event = { kind: null, id: null, data: "" };
  for (const line of text.split("\n")) {
    const [, field, value] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.kind = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data += value;
  }
  return event;
}
