// The viewer's groups, and those that they are invited to.

import { at, get, post, put, remove } from "./api.js";
import { hear, tell } from "./changes.js";
import { h } from "./dom.js";
import { fill, lead, refresh, uncover } from "./panels.js";
import { act, actTwice, empty, listed, oneField } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";

export function startGroups() {
  fill("groups", read);
  hear("viewer", () => refresh("groups"));
}

async function read() {
  if (!isKnown()) return [empty("Say who you are, and join in.")];
  const [mine, invited] = await Promise.all([
    get("/groups", { page_size: 100 }),
    get("/groups/invitations", { page_size: 100 }),
  ]);
  const make = oneField({ label: "Name of a new group", button: "Make it", does: found, maxlength: 100 });
  return [
    listed("Invitations", invited.groups.map(invitedRow)),
    listed("Your groups", mine.groups.map(mineRow), "You are in no group yet. Search for one, or make one."),
    make,
  ];
}

/** A group in a list, with what may be done. */
export function groupRow(group, ...acts) {
  const look = () => lead("group", group.group_id);
  const name = h("button", { type: "button", class: "name", on: { click: look } }, group.name);
  const words = h("div", { class: "row-text" }, name, h("small", { class: "brief" }, group.description));
  return h("li", { class: "row" }, words, h("div", { class: "row-acts" }, ...acts));
}

/** Joins a group, or asks to where that is how one joins. */
export async function join({ group_id: id, joining }) {
  await put(joining === "request" ? at`/groups/${id}/requests/me` : at`/groups/${id}/members/me`);
  say(joining === "request" ? "You asked to join." : "You are in.");
  tell("ties");
  refresh("groups");
  refresh("group");
}

async function found(name) {
  const { group } = await post("/groups", { name });
  say("The group is made, and you own it.");
  await lead("group", group.group_id);
}

/** Shows the posts of a group in the feed. */
export function only({ group_id, name }) {
  uncover();
  tell("asked", { kind: "for_you", group_id, group_name: name, tag: null });
}

export async function leave({ group_id: id }) {
  await remove(at`/groups/${id}/members/me`);
  tell("ties");
  say("You left.");
  refresh("groups");
  refresh("group");
}

/** Declines an invitation. */
export async function refuse({ group_id: id }) {
  await remove(at`/groups/${id}/invitations/me`);
  say("Declined.");
  refresh("groups");
  refresh("group");
}

const mineRow = (group) =>
  groupRow(
    group,
    act("Posts", () => only(group), { kind: "small", "aria-label": `Posts of ${group.name}` }),
    actTwice("Leave", "Really?", () => leave(group), { kind: "small", "aria-label": `Leave ${group.name}` }),
  );

const invitedRow = (group) =>
  groupRow(
    group,
    act("Join", () => join({ ...group, joining: "open" }), { kind: "primary small" }),
    act("Decline", () => refuse(group), { kind: "small" }),
  );
