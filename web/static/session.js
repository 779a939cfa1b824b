// Who looks.
//
// An open server takes a name; all others take a viewer's token, which comes by hand or in the
// address's fragment (never sent anywhere, and taken out of the address at once). It is kept for
// this tab alone and goes along in a header, so no foreign page can have the browser send it.

import { tell } from "./changes.js";

const { open } = document.body.dataset;
export const isOpen = open === "yes";
/** What says who asks: the name of a viewer, a viewer's token, or on the desk an operator's key. */
export const CREDENTIAL = { yes: "viewer", no: "token", desk: "key" }[open];

const KEPT_UNDER = `resonance.${CREDENTIAL}`;
const BY_USERNAME = /^\/(feed|explain|people|steering)\b/;

const looking = { given: null, profile: null, number: 0 };
const guest = `guest-${random()}`;

/** Whether it is somebody whom the graph knows. */
export const isKnown = () => Boolean(looking.given);
export const isAnybody = () => isOpen || isKnown();
/** The name that was given; a token is no name. */
export const name = () => (isOpen ? looking.given : null);
export const profile = () => looking.profile;
/** Another number whenever somebody else looks. */
export const whose = () => looking.number;
export const myId = () => looking.profile?.user_id ?? null;

export function remember(found) {
  looking.profile = found;
}

/** Takes up who looked in this tab, or whom the address names. */
export function begin() {
  const given = handedOver();
  if (given) keep(given);
  looking.given = given ?? kept();
}

/** The name, token or key in the address, which is taken out of it; null where none is. */
export function handedOver() {
  const given = new URLSearchParams(location.hash.slice(1)).get(CREDENTIAL);
  if (given) history.replaceState(null, "", location.pathname + location.search);
  return given || null;
}

/** Somebody else looks from now on; null: a newcomer, or nobody. */
export function become(given) {
  keep(given);
  Object.assign(looking, { given, profile: null, number: looking.number + 1 });
  tell("viewer");
}

/** The same person goes on looking, with another token. */
export function renew(token) {
  keep(token);
  looking.given = token;
}

/** How a request says who asks: its headers, and what goes into the address. */
export function saying(path, as = looking.given) {
  if (!isOpen) return { headers: { Authorization: `Bearer ${as ?? ""}` }, query: {} };
  const name = as ?? guest;
  return { headers: {}, query: BY_USERNAME.test(path) ? { username: name } : { viewer: name } };
}

/** 96 random bits; crypto.randomUUID is not there on a page that came by http. */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- a browser that lets pages keep nothing forgets who looks at the next load, and no more

function keep(given) {
  withStorage(() => (given ? sessionStorage.setItem(KEPT_UNDER, given) : sessionStorage.removeItem(KEPT_UNDER)));
}

const kept = () => withStorage(() => sessionStorage.getItem(KEPT_UNDER));

function withStorage(act) {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}
