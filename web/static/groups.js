// The viewer's groups, and those that they are invited to.

import { at, get, post, put, remove } from "./api.js";
import { hear, tell } from "./changes.js";
import { h } from "./dom.js";
import { fill, refresh, uncover } from "./panels.js";
import { act, actTwice, empty, listed, oneField } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";

export function startGroups() {
  fill("groups", read);
  hear("viewer", () => refresh("groups"));
}

async function read() {
  if (!isKnown()) return [empty("Say who you are, and join in.")];
  const [mine, invited] = await Promise.all([get("/groups"), get("/groups/invitations")]);
  const make = oneField({ label: "Name of a new group", button: "Make it", does: found, maxlength: 100 });
  return [
    listed("Invitations", invited.groups.map(invitedRow)),
    listed("Your groups", mine.groups.map(mineRow), "You are in no group yet. Search for one, or make one."),
    make,
  ];
}

/** A group in a list, with what may be done. */
export function groupRow(group, ...acts) {
  const words = h("div", { class: "row-text" }, h("strong", {}, group.name), h("small", {}, group.description));
  return h("li", { class: "row" }, words, h("div", { class: "row-acts" }, ...acts));
}

/** Joins a group, or asks to where that is how one joins. */
export async function join({ group_id: id, joining }) {
  await put(joining === "request" ? at`/groups/${id}/requests/me` : at`/groups/${id}/members/me`);
  say(joining === "request" ? "You asked to join." : "You are in.");
  tell("ties");
  refresh("groups");
}

async function found(name) {
  await post("/groups", { name });
  say("The group is made.");
  refresh("groups");
}

function mineRow(group) {
  const { group_id, name } = group;
  const show = () => {
    uncover();
    tell("asked", { kind: "for_you", group_id, group_name: name, tag: null });
  };
  const leave = async () => {
    await remove(at`/groups/${group_id}/members/me`);
    tell("ties");
    say("You left.");
    refresh("groups");
  };
  return groupRow(
    group,
    act("Posts", show, { kind: "small", "aria-label": `Posts of ${name}` }),
    actTwice("Leave", "Really?", leave, { kind: "small", "aria-label": `Leave ${name}` }),
  );
}

function invitedRow(group) {
  const decline = async () => {
    await remove(at`/groups/${group.group_id}/invitations/me`);
    say("Declined.");
    refresh("groups");
  };
  const accept = () => join({ ...group, joining: "open" });
  return groupRow(group, act("Join", accept, { kind: "primary small" }), act("Decline", decline, { kind: "small" }));
}
