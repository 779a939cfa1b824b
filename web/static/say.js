// What the page says: aloud for screen readers, and for a while at its edge.

import { PASSED } from "./api.js";
import { hear } from "./changes.js";
import { byId, h } from "./dom.js";
import { plural } from "./words.js";

const SHOWN = 6_000;
let ending = 0;

/** A sentence, once, to whoever listens or looks. */
export function say(sentence, { quiet = false } = {}) {
  // Beside a room that covers the page nothing is heard.
  const heard = document.querySelector("dialog:modal .said") ?? byId("said");
  heard.replaceChildren(h("span", {}, sentence));
  if (!quiet) show(sentence);
}

function show(sentence) {
  hush();
  const toast = byId("toast");
  toast.textContent = sentence;
  toast.showPopover(); // above whatever covers the page
  ending = setTimeout(hush, SHOWN);
}

function hush() {
  clearTimeout(ending);
  if (byId("toast").matches(":popover-open")) byId("toast").hidePopover();
}

/** Runs what a button does; the button waits, and a refusal is said. */
export async function doing(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status !== PASSED) say(error.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

hear("waiting", (seconds) => say(`The server asks to wait: the page goes on in ${plural(seconds, "second")}.`));
hear("viewer", () => {
  hush();
  byId("toast").textContent = "";
  for (const each of document.querySelectorAll(".said")) each.replaceChildren();
});
