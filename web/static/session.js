// Who looks.
//
// An open server takes a name; all others take a viewer's token, which comes by hand or in the
// address's fragment (never sent anywhere, and taken out of the address at once). It is kept for
// this tab alone and goes along in a header, so no foreign page can have the browser send it.

import { tell } from "./changes.js";

const TOKEN = "resonance.token";
const NAME = "resonance.viewer";
const BY_USERNAME = /^\/(feed|explain|people|steering)\b/;

export const isOpen = document.body.dataset.open === "yes";

const looking = { name: null, token: null, profile: null, number: 0 };
const guest = `guest-${random()}`;

/** Whether it is somebody whom the graph knows. */
export const isKnown = () => Boolean(isOpen ? looking.name : looking.token);
export const isAnybody = () => isOpen || Boolean(looking.token);
export const profile = () => looking.profile;
/** Another number whenever somebody else looks. */
export const whose = () => looking.number;
export const myId = () => looking.profile?.user_id ?? null;

export function remember(found) {
  looking.profile = found;
}

/** Takes up who looked in this tab, or whom the address names. */
export function begin() {
  const told = new URLSearchParams(location.hash.slice(1));
  const given = told.get(isOpen ? "viewer" : "token");
  if (given) {
    sessionStorage.setItem(isOpen ? NAME : TOKEN, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  looking.name = isOpen ? sessionStorage.getItem(NAME) : null;
  looking.token = isOpen ? null : sessionStorage.getItem(TOKEN);
}

/** Somebody else looks from now on; null: a newcomer, or nobody. */
export function become(given) {
  const kept = isOpen ? NAME : TOKEN;
  if (given) sessionStorage.setItem(kept, given);
  else sessionStorage.removeItem(kept);
  looking.name = isOpen ? given : null;
  looking.token = isOpen ? null : given;
  looking.profile = null;
  looking.number += 1;
  tell("viewer");
}

/** How a request says who asks: its headers, and what goes into the address. */
export function saying(path) {
  if (!isOpen) return { headers: { Authorization: `Bearer ${looking.token ?? ""}` }, query: {} };
  const name = looking.name ?? guest;
  return { headers: {}, query: BY_USERNAME.test(path) ? { username: name } : { viewer: name } };
}

/** 96 random bits; crypto.randomUUID is not there on a page that came by http. */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
