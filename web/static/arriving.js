// What comes later into its place: late answers never overwrite the latest, a refusal can be mended.

import { PASSED } from "./api.js";
import { h } from "./dom.js";
import { act, empty } from "./parts.js";

/** What reads anew what is in `place()`: `read` brings elements, of which those that are none fall out. */
export function arrives(place, read) {
  let turn = 0;
  const arrive = async () => {
    const mine = ++turn;
    let brought;
    try {
      brought = await read();
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.status === PASSED) return;
      brought = [empty(error.message), act("Try again", arrive)];
    }
    if (mine === turn) put(place(), brought.filter(Boolean));
  };
  return arrive;
}

/** A place of its own for what comes later, and how to have it come anew. */
export function later(read) {
  const place = h("div", { class: "later", "aria-busy": "true" });
  const arrive = arrives(() => place, async () => {
    const brought = await read();
    place.removeAttribute("aria-busy");
    return brought;
  });
  arrive();
  return { place, arrive };
}

/** Puts elements where others were; the focus stays on what is called the same, or near it. */
export function put(place, elements) {
  const now = document.activeElement;
  const had = place.contains(now) ? calledOf(now) : null;
  place.replaceChildren(...elements);
  if (had === null || place.contains(document.activeElement)) return;
  const same = [...place.querySelectorAll("button, input, textarea, select")].find((each) => calledOf(each) === had);
  (same ?? place.closest("dialog")?.querySelector("h2"))?.focus();
}

const calledOf = (element) => element.getAttribute("aria-label") ?? element.textContent;
