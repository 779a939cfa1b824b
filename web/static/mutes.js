// What the viewer keeps out of their feeds: people, tags, words.

import { at, put, remove } from "./api.js";
import { listFrom } from "./arriving.js";
import { tell } from "./changes.js";
import { h } from "./dom.js";
import { refresh } from "./panels.js";
import { act, oneField, personRow } from "./parts.js";
import { say } from "./say.js";

/** A door behind which they are listed; read once it is opened. */
export function keptOut() {
  const place = h("div", { class: "later" });
  const door = h("details", {}, h("summary", {}, "What you keep out of your feeds"), place);
  door.addEventListener("toggle", () => door.open && place.replaceChildren(...lists()), { once: true });
  return door;
}

function lists() {
  return [
    listFrom("People", "/mutes/people", { name: "people", row: personMuted, otherwise: "You mute nobody." }),
    listFrom("Tags", "/mutes/tags", { name: "tags", row: ({ tag }) => muted(at`/mutes/tags/${tag}`, tag) }),
    oneField({ label: "A tag", button: "Mute", does: (tag) => mute(at`/mutes/tags/${tag}`), maxlength: 100 }),
    listFrom("Words", "/mutes/words", { name: "words", row: ({ word }) => muted(at`/mutes/words/${word}`, word) }),
    oneField({ label: "A word or phrase", button: "Mute", does: (word) => mute(at`/mutes/words/${word}`), maxlength: 100 }),
  ];
}

function personMuted({ user_id: id, user }) {
  return personRow(user, null, unmute(at`/mutes/people/${id}`, user?.name ?? ""));
}

function muted(path, told) {
  const row = h("div", { class: "row-text", dir: "auto" }, told);
  return h("li", { class: "row" }, row, unmute(path, told));
}

function unmute(path, name) {
  const does = async (button) => {
    await remove(path);
    button.closest("li").remove();
    changed("Not muted any more.");
  };
  return act("Unmute", does, { kind: "small", "aria-label": `Unmute ${name}` });
}

async function mute(path) {
  await put(path);
  refresh("tune");
  changed("Muted: posts with it come no more in your feeds.");
}

function changed(sentence) {
  tell("acted");
  say(sentence);
}
