// Friends, who asks and is asked, and who might be known.

import { at, get, post, put, remove } from "./api.js";
import { pagesOf } from "./arriving.js";
import { hear, tell } from "./changes.js";
import { fill, refresh } from "./panels.js";
import { act, actTwice, empty, listed, oneField, personRow } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";
import { ago } from "./words.js";

export function startPeople() {
  fill("people", read);
  hear("viewer", () => refresh("people"));
  hear("told", () => refresh("people"));
}

async function read() {
  if (!isKnown()) return [empty("Say who you are, and find your people.")];
  const people = (title, path, row, otherwise) => pagesOf(title, path, { name: "people", row, otherwise });
  const [asking, asked, friends, blocked, maybe] = await Promise.all([
    people("They ask you", "/friendships/requests/incoming", askingRow),
    people("You asked", "/friendships/requests/outgoing", askedRow),
    people("Friends", "/friendships", friendRow, "No friends yet."),
    people("You block", "/blocks", blockedRow),
    get("/people", { page_size: 5 }),
  ]);
  const known = maybe.people.map(maybeRow);
  const find = oneField({ label: "Username", button: "Ask", does: ask, hint: "Ask somebody by their exact name." });
  return [
    asking,
    asked,
    friends,
    listed("People you may know", known, maybe.message ?? "Nobody to suggest yet."),
    find,
    blocked,
  ];
}

function ties(sentence) {
  tell("ties");
  say(sentence);
  refresh("people");
  refresh("inbox");
}

/** Asks somebody to be friends, by name or id. */
export async function ask(user) {
  const { friendship } = await post("/friendships/requests", { user });
  if (friendship.state === "friends") return ties("You are friends.");
  say("Asked.");
  refresh("person");
  return refresh("people");
}

export async function withdraw(id) {
  await remove(at`/friendships/requests/outgoing/${id}`);
  say("Withdrawn; they are not told.");
  refresh("person");
  refresh("people");
}

export async function unfriend(id) {
  await remove(at`/friendships/${id}`);
  ties("You are not friends any more; they are not told.");
}

/** A button that blocks somebody. */
export function block(id, name, kind = "quiet") {
  const does = async () => {
    await put(at`/blocks/${id}`);
    ties("Blocked: neither of you sees anything of the other.");
  };
  return actTwice("Block", "Really?", does, { kind, "aria-label": `Block ${name}` });
}

export async function accept(id) {
  await put(at`/friendships/${id}`);
  ties("You are friends now.");
}

export async function decline(id) {
  await remove(at`/friendships/requests/incoming/${id}`);
  say("Declined; they are not told.");
  refresh("person");
  refresh("people");
  refresh("inbox");
}

const askingRow = ({ user_id: id, user, at: when }) =>
  personRow(
    user,
    ago(when),
    act("Accept", () => accept(id), { kind: "primary small", "aria-label": `Accept ${user?.name ?? ""}` }),
    act("Decline", () => decline(id), { kind: "small", "aria-label": `Decline ${user?.name ?? ""}` }),
  );

const askedRow = ({ user_id: id, user, at: when }) =>
  personRow(user, ago(when), act("Withdraw", () => withdraw(id), { kind: "small" }));

const friendRow = ({ user_id: id, user }) => {
  const name = user?.name ?? "";
  const end = () => unfriend(id);
  return personRow(
    user,
    null,
    actTwice("Unfriend", "Really?", end, { kind: "small", "aria-label": `Unfriend ${name}` }),
    block(id, name, "small"),
  );
};

const blockedRow = ({ user_id: id, user, at: when }) => {
  const unblock = async () => {
    await remove(at`/blocks/${id}`);
    ties("Not blocked any more; what the block ended does not come back.");
  };
  return personRow(user, ago(when), act("Unblock", unblock, { kind: "small" }));
};

const maybeRow = (person) =>
  personRow(
    person,
    person.reasons[0]?.sentence,
    act("Ask", () => ask(person.user_id), { kind: "primary small", "aria-label": `Ask ${person.name}` }),
  );
