// The rooms beside the feed: a column where there is space, a sheet over the feed where not.

import { PASSED } from "./api.js";
import { hear } from "./changes.js";
import { byId } from "./dom.js";
import { empty } from "./parts.js";

const WIDE = matchMedia("(min-width: 1080px)");
const filling = new Map();

/** Says what fills a room whenever it is opened. */
export function fill(name, read) {
  filling.set(name, read);
}

/** Opens a room, and closes the one that was open. */
export function open(name, { focus = true } = {}) {
  const room = byId(`panel-${name}`);
  for (const each of rooms()) if (each !== room && each.open) each.close();
  if (!room.open) enter(room, focus);
  mark();
  return read(name);
}

/** Reads anew what an open room shows. */
export function refresh(name) {
  if (byId(`panel-${name}`).open) read(name);
}

/** Closes a room that covers the feed. */
export function uncover() {
  if (!WIDE.matches) for (const each of rooms()) if (each.open) each.close();
}

/** Makes the rooms' doors work. */
export function startPanels() {
  for (const door of document.querySelectorAll("[data-panel]")) {
    door.addEventListener("click", () => open(door.dataset.panel));
  }
  for (const room of rooms()) {
    room.querySelector(".close").addEventListener("click", () => room.close());
    room.addEventListener("close", mark);
    // Outside of a sheet is its backdrop, which is part of it.
    room.addEventListener("click", (event) => {
      if (event.target === room && room.matches(":modal") && event.offsetY < 0) room.close();
    });
  }
  WIDE.addEventListener("change", () => {
    for (const room of rooms()) if (room.open) room.close();
  });
  if (WIDE.matches) open("tune", { focus: false });
}

async function read(name) {
  try {
    await filling.get(name)?.();
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status !== PASSED) byId(name).replaceChildren(empty(error.message));
  }
}

// What one was shown is not for whoever looks next.
hear("viewer", () => {
  for (const name of filling.keys()) byId(name).replaceChildren();
});

const rooms = () => document.querySelectorAll("dialog.panel");

function enter(room, focus) {
  if (!WIDE.matches) room.showModal();
  else if (focus) room.show();
  else room.setAttribute("open", "");
}

function mark() {
  for (const door of document.querySelectorAll("[data-panel]")) {
    door.setAttribute("aria-expanded", String(byId(`panel-${door.dataset.panel}`).open));
  }
}
