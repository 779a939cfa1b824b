// Who looks: by name where the server is open, by a token where not.

import { PASSED, get, ownerOf } from "./api.js";
import { later } from "./arriving.js";
import { hear } from "./changes.js";
import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { fill, lead, open, refresh, uncover } from "./panels.js";
import { act, avatar, empty, listed, oneField, personRow } from "./parts.js";
import { say } from "./say.js";
import {
  become, handedOver, isAnybody, isKnown, isOpen, myId, name, profile, remember, renew,
} from "./session.js";

const KEY = "rsk_";
const NOBODY = "Nobody here is called that.";
const OPEN = "This server is open, on this machine alone: anybody may look as anybody.";
const CLOSED = "Your app gives you a token. It stays in this tab, and ends with it.";
/** Answers that say of a name that it is nobody's, or more than one's. */
const NONE_OF_THAT_NAME = [400, 404, 409];

export function startViewer() {
  fill("viewer", read);
  hear("viewer", () => {
    refresh("viewer");
    identify();
  });
  hear("unproven", ({ message }) => {
    if (isAnybody()) become(null);
    say(message);
  });
  // Where nobody could tell at first who looks.
  const again = () => isKnown() && !profile() && identify({ quiet: true });
  for (const each of ["focus", "online"]) window.addEventListener(each, again);
  hear("moment", again);
  hear("known", () => identify());
  window.addEventListener("hashchange", () => {
    const given = handedOver();
    if (given) enter(given);
  });
}

/** Learns how the viewer is called; whom the server does not know, is nobody. */
export async function identify({ quiet = false } = {}) {
  if (!isKnown()) {
    badge("?", isOpen ? "A newcomer" : "Nobody yet");
    return isOpen ? undefined : open("viewer");
  }
  badge("?", name() ?? "Somebody");
  try {
    remember((await get("/profiles/me")).profile);
    const called = profile().name || profile().username;
    return badge(called, called);
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status === PASSED) return undefined;
    if (isOpen && NONE_OF_THAT_NAME.includes(error.status)) become(null);
    return quiet || say(error.status === 404 ? NOBODY : error.message);
  }
}

function badge(letters, called) {
  const drawn = letters === "?" ? h("span", { class: "avatar" }, icon("user")) : avatar(letters);
  byId("who").replaceChildren(drawn, h("span", {}, called));
}

function read() {
  const me = isKnown() && act("Your profile", () => lead("person", null), { drawn: "user" });
  const out = isKnown() && act(isOpen ? "Look as a newcomer" : "Forget my token", () => enter(null));
  if (!isOpen) return [me, empty(CLOSED), tokenForm(), out];
  const form = oneField({ label: "Username or user id", button: "Look", does: enter });
  return [me, empty(OPEN), form, out, later(around)];
}

async function around() {
  const { people } = await get("/people", { page_size: 8 });
  const rows = people.filter((each) => ![myId(), name()].includes(each.user_id) && each.username !== name()).map(row);
  return [listed(isKnown() ? "Around you" : "Popular here", rows)];
}

function tokenForm() {
  return oneField({
    label: "Your token",
    button: "Look",
    many: true,
    rows: 4,
    dir: "ltr",
    spellcheck: "false",
    does: (given) => {
      if (given.startsWith(KEY)) return say("That is a key of an app; it must never be in a browser.");
      return enter(given);
    },
  });
}

const row = (person) =>
  personRow(person, null, act("Look", () => enter(person.user_id), {
    kind: "small", "aria-label": `Look as ${person.name}`,
  }));

async function enter(given) {
  if (await isMine(given)) renew(given);
  else become(given);
  uncover();
}

/** Whether it is the next token of who looks already: then the page stays as it is. */
const isMine = async (given) => Boolean(!isOpen && given && myId() && (await ownerOf(given)) === myId());
