// What comes later into its place: late answers never overwrite the latest, a refusal can be mended.

import { PASSED, get } from "./api.js";
import { h } from "./dom.js";
import { act, empty } from "./parts.js";

/** What reads anew what is in `place()`: `read` brings elements, of which those that are none fall out.
 *
 * The place is busy meanwhile: what still stands there is about to go. */
export function arrives(place, read) {
  let turn = 0;
  const arrive = async () => {
    const mine = ++turn;
    place().setAttribute("aria-busy", "true");
    try {
      const brought = await brings(read, arrive);
      if (mine === turn && brought) put(place(), brought.filter(Boolean));
    } finally {
      if (mine === turn) place().removeAttribute("aria-busy");
    }
  };
  return arrive;
}

/** What was read, or why it was not; null: it is of a viewer who went. */
async function brings(read, again) {
  try {
    return await read();
  } catch (error) {
    if (error.status === undefined) throw error;
    return error.status === PASSED ? null : [empty(error.message), act("Try again", again)];
  }
}

/** A place of its own for what comes later, where nothing else waits for it. */
export function later(read) {
  const place = h("div", { class: "later" });
  arrives(() => place, read)();
  return place;
}

/** A titled list of what an address answers, page by page; nothing where it is empty.
 *
 * `name` is what the answer calls it, `row` makes an element of an entry, or null, and `begun` is
 * told the first entries. */
export async function pagesOf(title, path, { name, query = {}, row, otherwise = null, begun = null }) {
  const rows = h("ul", { class: "rows" });
  const more = h("div", { class: "more" });
  const add = async (cursor) => {
    const page = await get(path, { ...query, cursor });
    rows.append(...page[name].map(row).filter(Boolean));
    if (!cursor) begun?.(page[name]);
    const next = page.next_cursor;
    more.replaceChildren(...(next ? [act("More", () => add(next), { kind: "quiet small" })] : []));
  };
  await add(null);
  if (!rows.childElementCount && !more.childElementCount && !otherwise) return null;
  return h("section", {}, h("h3", {}, title), rows.childElementCount ? rows : otherwise && empty(otherwise), more);
}

/** The same, in a place of its own. */
export const listFrom = (...told) => later(async () => [await pagesOf(...told)]);

/** All entries of what an address answers page by page; for lists that are short. */
export async function everyOf(path, name) {
  const found = [];
  let cursor = null;
  do {
    const page = await get(path, { page_size: 100, cursor });
    found.push(...page[name]);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
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
