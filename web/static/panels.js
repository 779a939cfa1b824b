// The rooms beside the feed: a column where there is space, a sheet over the feed where not.

import { arrives, put } from "./arriving.js";
import { hear } from "./changes.js";
import { byId } from "./dom.js";

const WIDE = matchMedia("(min-width: 1080px)");
const filling = new Map();
/** Which person, group, post or event a room shows. */
const shown = new Map();
let here = null;
let before = [];

/** Says what fills a room whenever it is opened: `read` brings its elements, of what it shows. */
export function fill(name, read) {
  filling.set(name, arrives(() => byId(name), () => read(shown.get(name) ?? null)));
}

/** Opens a room by its door, and closes the one that was open. */
export function open(name, { focus = true } = {}) {
  before = [];
  return go({ name, of: null }, focus);
}

/** Leads on to a room that shows this one person, group, post or event; one may go back. */
export function lead(name, of) {
  if (here && roomOf(here.name).open) before.push(here);
  else before = [];
  return go({ name, of });
}

/** Where one came from, or the feed; from another room than this one nothing leads back. */
export function back(name = here?.name) {
  if (!here || here.name !== name) return undefined;
  const last = before.pop();
  return last ? go(last) : roomOf(name).close();
}

/** Reads anew what an open room shows. */
export function refresh(name) {
  if (roomOf(name).open) filling.get(name)?.();
}

/** Closes a room that covers the feed. */
export function uncover() {
  if (!WIDE.matches) closeAll();
}

/** Makes the rooms' doors work. */
export function startPanels() {
  for (const door of document.querySelectorAll("[data-panel]")) {
    door.addEventListener("click", () => open(door.dataset.panel));
  }
  for (const room of rooms()) {
    room.querySelector(".close").addEventListener("click", () => room.close());
    room.querySelector(".back").addEventListener("click", () => back());
    room.addEventListener("close", mark);
    // Outside of a sheet is its backdrop, which is part of it.
    room.addEventListener("click", (event) => {
      if (event.target === room && room.matches(":modal") && event.offsetY < 0) room.close();
    });
  }
  WIDE.addEventListener("change", () => closeAll());
  if (WIDE.matches) open("tune", { focus: false });
}

// What one was shown is not for whoever looks next.
hear("viewer", () => {
  shown.clear();
  before = [];
  for (const name of filling.keys()) put(byId(name), []);
  for (const room of rooms()) if (room.open && room.hasAttribute("data-of")) room.close();
});

const rooms = () => document.querySelectorAll("dialog.panel");
const roomOf = (name) => byId(`panel-${name}`);

function closeAll(but = null) {
  for (const each of rooms()) if (each !== but && each.open) each.close();
}

function go(to, focus = true) {
  const room = roomOf(to.name);
  here = to;
  closeAll(room);
  if (shown.get(to.name) !== to.of) put(byId(to.name), []);
  shown.set(to.name, to.of);
  if (!room.open) enter(room, focus);
  else (room.querySelector("[autofocus]") ?? room.querySelector("h2")).focus();
  room.scrollTop = room.parentElement.scrollTop = 0;
  mark();
  return filling.get(to.name)?.();
}

function enter(room, focus) {
  if (!WIDE.matches) room.showModal();
  else if (focus) room.show();
  else room.setAttribute("open", "");
}

function mark() {
  if (here && !roomOf(here.name).open) [here, before] = [null, []];
  for (const door of document.querySelectorAll("[data-panel]")) {
    door.setAttribute("aria-expanded", String(roomOf(door.dataset.panel).open));
  }
  for (const room of rooms()) room.querySelector(".back").hidden = !before.length;
}
