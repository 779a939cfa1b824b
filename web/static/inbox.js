// What the viewer is told: a list, a number, and live.

import { get, put, stream } from "./api.js";
import { pagesOf } from "./arriving.js";
import { hear, tell } from "./changes.js";
import { byId, h } from "./dom.js";
import { fill, lead, refresh } from "./panels.js";
import { act, avatar, empty } from "./parts.js";
import { accept, decline } from "./people.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";
import { events } from "./stream.js";
import { choosing } from "./told.js";
import { ago } from "./words.js";

const SOON = 1_000;
const LATER = 10_000;
let following = null;
let counting = 0;
/** The viewer's own door to what they are told: what comes live does not shut it. */
let door = null;

export function startInbox() {
  fill("inbox", read);
  hear("viewer", () => {
    door = null;
    badge(0);
    begin();
  });
  hear("told", () => refresh("inbox"));
  // A tab that nobody looks at holds no thread of the server.
  document.addEventListener("visibilitychange", () => (document.hidden ? following?.abort() : begin()));
  window.addEventListener("pagehide", () => following?.abort());
}

/** Follows what this viewer is told from now on. */
export function begin() {
  following?.abort();
  following = new AbortController();
  refresh("inbox");
  if (isKnown() && !document.hidden) follow(following.signal);
}

async function follow(signal) {
  let last = null;
  let pause = SOON;
  await count();
  while (!signal.aborted) {
    try {
      const headers = last ? { "Last-Event-ID": last } : {};
      for await (const event of events(await stream("/notifications/stream", headers, signal))) {
        if (signal.aborted) return; // what came already is not for whoever looks now
        last = event.id ?? last;
        if (event.kind === "notification") await told(JSON.parse(event.data));
      }
      pause = SOON;
      tell("moment");
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === undefined && !(error instanceof TypeError)) throw error; // no broken line
      pause = Math.max(LATER, (error.wait ?? 0) * 1_000);
    }
    await new Promise((go) => setTimeout(go, pause));
  }
}

async function told(notification) {
  say(notification.sentence);
  if (notification.kind === "friend_accepted") tell("ties");
  tell("told", notification);
  await count();
}

async function count() {
  const turn = ++counting;
  await unlessRefused(async () => {
    const { unread } = await get("/notifications/unread");
    if (turn === counting) badge(unread);
  });
}

/** Refused, the number stays as it is: the list says why. */
async function unlessRefused(act) {
  try {
    await act();
  } catch (error) {
    if (error.status === undefined) throw error;
  }
}

function badge(unread) {
  for (const each of document.querySelectorAll("[data-unread]")) {
    each.textContent = unread || "";
    each.hidden = !unread;
  }
  byId("unread-words").textContent = unread ? `(${unread} unread)` : "";
}

async function read() {
  if (!isKnown()) return [empty("Say who you are, and hear what concerns you.")];
  const begun = (latest) => latest.some((each) => !each.read) && known(latest[0].id);
  const told = { name: "notifications", row, otherwise: "Nothing yet.", begun };
  const latest = await pagesOf("The latest", "/notifications", told);
  door ??= choosing();
  return [latest, door];
}

async function known(upto) {
  await unlessRefused(async () => {
    await put("/notifications/read", { upto });
    await count();
  });
}

function row(notification) {
  const { actors, read: known, sentence, at: when } = notification;
  const words = h("div", { class: "row-text" }, h("span", {}, sentence), h("small", {}, ago(when)));
  const acts = h("div", { class: "row-acts" }, ...actsOn(notification));
  return h("li", { class: known ? "row" : "row unread" }, avatar(actors[0]?.name ?? "?"), words, acts);
}

function actsOn({ kind, actors: [actor], post, group }) {
  if (kind === "friend_request" && actor) {
    return [
      act("Accept", () => accept(actor.user_id), { kind: "primary small" }),
      act("Decline", () => decline(actor.user_id), { kind: "small" }),
    ];
  }
  if (post) return [look(post.title, () => lead("post", post.post_id))];
  if (group) return [look(group.name, () => lead("group", group.group_id))];
  return actor ? [look(actor.name, () => lead("person", actor.user_id))] : [];
}

const look = (name, leads) => act("Look", leads, { kind: "small", "aria-label": `Look at ${name}` });
