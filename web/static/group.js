// One group: what it is, what the viewer is to it, and what its owners may change.

import { at, get, patch, remove } from "./api.js";
import { listFrom } from "./arriving.js";
import { tell } from "./changes.js";
import { h } from "./dom.js";
import { formOf } from "./forms.js";
import { join, leave, only, refuse } from "./groups.js";
import { happeningRow } from "./happenings.js";
import { back, fill, lead, refresh } from "./panels.js";
import { act, actTwice, empty } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";
import { governing, members } from "./roster.js";
import { writeIn } from "./write.js";

const PRIVACIES = { public: "Everybody may know of it", private: "Its members and whom it invites may know of it" };
const JOININGS = { open: "anybody may join", request: "one asks to join", invitation: "one is invited" };
const FIELDS = [
  { name: "name", label: "Name", required: true, maxlength: 100 },
  { name: "description", label: "What it is about", kind: "lines", rows: 3, maxlength: 1000 },
  { name: "privacy", label: "Who may know of it", kind: "choice", options: Object.entries(PRIVACIES) },
  { name: "joining", label: "How one becomes a member", kind: "choice", options: Object.entries(JOININGS) },
];

export function startGroup() {
  fill("group", read);
}

async function read(id) {
  if (!isKnown()) return [empty("Say who you are, and join in.")];
  const { group } = await get(at`/groups/${id}`);
  const { role } = group.mine;
  const governs = role === "moderator" || role === "owner";
  const place = h("div", { class: "later" });
  const show = () => place.replaceChildren(about(group), acts(group, edit));
  const edit = () => {
    place.replaceChildren(form(group, show));
    place.querySelector("input").focus();
  };
  show();
  const events = { name: "happenings", query: { group: id }, row: happeningRow };
  return [
    place,
    ...governing(group, governs),
    listFrom("Events to come", "/happenings", events),
    members(group, governs),
  ];
}

function about({ name, description, privacy, joining, mine: { role } }) {
  return h(
    "section",
    { class: "about" },
    h("h3", { class: "called", dir: "auto" }, name),
    description && h("p", { class: "text", dir: "auto" }, description),
    h("small", {}, `${PRIVACIES[privacy]}; ${JOININGS[joining]}. What is posted in it is for its members.`),
    role && h("p", {}, role === "member" ? "You are a member." : `You are its ${role}.`),
  );
}

function acts(group, edit) {
  const { role } = group.mine;
  const buttons = role ? inside(group, edit) : outside(group);
  return h("div", { class: "row-acts" }, ...buttons);
}

function inside(group, edit) {
  const owns = group.mine.role === "owner";
  return [
    act("Posts", () => only(group), { kind: "primary" }),
    act("Write in it", () => writeIn(group.group_id), { drawn: "pen" }),
    act("Plan an event", () => lead("plan", { group: group.group_id }), { drawn: "day" }),
    owns && act("Edit", edit, { kind: "quiet" }),
    actTwice("Leave", "Really leave?", () => leave(group), { kind: "quiet" }),
    owns && actTwice("Delete", "For everybody?", () => erase(group), { kind: "quiet" }),
  ];
}

function outside(group) {
  const { invited_at: invited, asked_at: asked } = group.mine;
  if (invited) {
    const accept = () => join({ ...group, joining: "open" });
    return [act("Join", accept, { kind: "primary" }), act("Decline", () => refuse(group))];
  }
  if (asked) return [empty("You asked to join."), act("Withdraw", () => withdraw(group))];
  if (group.joining === "invitation") return [empty("One joins by invitation.")];
  return [act(group.joining === "request" ? "Ask to join" : "Join", () => join(group), { kind: "primary" })];
}

function form(group, leave) {
  const does = async (told) => {
    await patch(at`/groups/${group.group_id}`, told);
    say("The group is changed.");
    refresh("group");
  };
  // A private group stays private, so nobody is asked.
  const fields = FIELDS.filter(({ name }) => name !== "privacy" || group.privacy === "public");
  return formOf(fields, { button: "Save", does, values: group, leave });
}

async function withdraw({ group_id: id }) {
  await remove(at`/groups/${id}/requests/me`);
  say("Withdrawn.");
  refresh("group");
}

async function erase({ group_id: id }) {
  await remove(at`/groups/${id}`);
  say("The group is deleted, and what was posted in it is seen by nobody.");
  tell("ties");
  back("group");
}
