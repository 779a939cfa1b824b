// What the page says: aloud for screen readers, and for a while at its edge.

import { PASSED } from "./api.js";
import { byId, h } from "./dom.js";

const SHOWN = 6_000;
let ending = 0;

/** A sentence, once, to whoever listens or looks. */
export function say(sentence, { quiet = false } = {}) {
  const said = byId("said");
  said.replaceChildren(h("span", {}, sentence));
  if (!quiet) show(sentence);
}

function show(sentence) {
  const toast = byId("toast");
  toast.textContent = sentence;
  toast.hidden = false;
  clearTimeout(ending);
  ending = setTimeout(() => {
    toast.hidden = true;
  }, SHOWN);
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
