// Who looks: by name where the server is open, by a token where not.

import { PASSED, get } from "./api.js";
import { hear } from "./changes.js";
import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { fill, open, uncover } from "./panels.js";
import { act, avatar, empty, listed, oneField, personRow } from "./parts.js";
import { say } from "./say.js";
import { become, isAnybody, isKnown, isOpen, profile, remember } from "./session.js";

const KEY = "rsk_";
const NOBODY = "Nobody here is called that.";
const OPEN = "This server is open, on this machine alone: anybody may look as anybody.";
const CLOSED = "Your app gives you a token. It stays in this tab, and ends with it.";

export function startViewer() {
  fill("viewer", read);
  hear("viewer", identify);
  hear("unproven", ({ message }) => {
    if (isAnybody()) become(null);
    say(message);
  });
}

/** Learns how the viewer is called; whom the server does not know, is nobody. */
export async function identify() {
  badge("?", isOpen ? "A newcomer" : "Nobody yet");
  if (!isKnown()) return isOpen ? undefined : open("viewer");
  try {
    const found = (await get("/profiles/me")).profile;
    remember(found);
    return badge(found.name || found.username, found.name || found.username);
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status === PASSED) return undefined;
    if (isOpen && error.status !== 503) become(null);
    return say(error.status === 404 ? NOBODY : error.message);
  }
}

function badge(letters, name) {
  const drawn = letters === "?" ? h("span", { class: "avatar" }, icon("user")) : avatar(letters);
  byId("who").replaceChildren(drawn, h("span", {}, name));
}

async function read() {
  const body = byId("viewer");
  const now = profile()?.username;
  const out = isKnown() && act(isOpen ? "Look as a newcomer" : "Forget my token", () => enter(null));
  if (!isOpen) return body.replaceChildren(...[empty(CLOSED), tokenForm(), out].filter(Boolean));
  const form = oneField({ label: "Username or user id", button: "Look", does: enter, autocomplete: "off" });
  body.replaceChildren(...[empty(OPEN), form, out].filter(Boolean));
  const { people } = await get("/people", { page_size: 8 });
  const rows = people.filter((each) => each.username !== now).map(row);
  return body.append(...[listed(isKnown() ? "Around you" : "Popular here", rows)].filter(Boolean));
}

function tokenForm() {
  return oneField({
    label: "Your token",
    button: "Look",
    many: true,
    rows: 4,
    autocomplete: "off",
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

function enter(given) {
  become(given);
  uncover();
  return read();
}
