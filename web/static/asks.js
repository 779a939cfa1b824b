// What the reader asks for: which feed, which mood, one tag or one group.

import { hear, tell } from "./changes.js";
import { byId, h } from "./dom.js";
import { asked, reload } from "./feed.js";
import { act } from "./parts.js";

/** Makes the choices above the feed work. */
export function startAsking() {
  for (const button of document.querySelectorAll("[data-kind], [data-mood]")) {
    button.addEventListener("click", () => tell("asked", { ...button.dataset }));
  }
  byId("mood-form").addEventListener("submit", (event) => {
    event.preventDefault();
    tell("asked", { mood: byId("mood-word").value.trim() });
  });
  hear("asked", (told) => {
    const anew = reload(told);
    show();
    return anew;
  });
  hear("viewer", () => {
    byId("mood-word").value = "";
    show();
  });
  show();
}

function show() {
  const now = asked();
  for (const button of document.querySelectorAll("[data-kind]")) {
    button.setAttribute("aria-pressed", String(button.dataset.kind === now.kind));
  }
  for (const button of document.querySelectorAll("[data-mood]")) {
    button.setAttribute("aria-pressed", String(button.dataset.mood === (now.mood ?? "")));
  }
  const only = now.tag ? `#${now.tag}` : now.group_name;
  const drop = act(`Only ${only}`, () => tell("asked", { tag: null, group_id: null, group_name: null }), {
    kind: "chip on",
    drawn: "close",
    "aria-label": `Only ${only}; show all again`,
  });
  byId("only").replaceChildren(...(only ? [h("p", {}, drop)] : []));
  byId("moods").hidden = now.kind !== "for_you";
}
