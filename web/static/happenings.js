// Events that people attend: a list, one of them, and a form that plans or changes one.

import { at, get, patch, post, put, remove } from "./api.js";
import { listFrom } from "./arriving.js";
import { hear } from "./changes.js";
import { h } from "./dom.js";
import { formOf } from "./forms.js";
import { PRIVACIES } from "./mine.js";
import { back, fill, lead, refresh } from "./panels.js";
import { act, actTwice, empty, listed, nameOf, personRow } from "./parts.js";
import { say } from "./say.js";
import { isKnown, myId } from "./session.js";
import { moment } from "./words.js";

const ANSWERS = { going: "I go", maybe: "Maybe", not_going: "I do not go" };
const SAID = { host: "hosts", going: "goes", maybe: "may go" };
const FIELDS = [
  { name: "name", label: "What it is", required: true, maxlength: 100 },
  { name: "at", label: "When it begins", kind: "moment", required: true },
  { name: "until", label: "When it ends", kind: "moment" },
  { name: "place", label: "Where", maxlength: 200 },
  { name: "description", label: "What one should know", kind: "lines", rows: 4, maxlength: 2000 },
  { name: "privacy", label: "For whom", kind: "choice", options: PRIVACIES },
];

export function startHappenings() {
  fill("events", list);
  fill("event", one);
  fill("plan", plan);
  for (const each of ["viewer", "ties"]) hear(each, () => refresh("events"));
}

async function list() {
  if (!isKnown()) return [empty("Say who you are, and see what happens.")];
  const { happenings: mine } = await get("/happenings/mine", { page_size: 100 });
  const others = (each) => (mine.some(({ event_id: id }) => id === each.event_id) ? null : happeningRow(each));
  const otherwise = mine.length ? "Nothing else is planned." : "Nothing is planned.";
  return [
    act("Plan an event", () => lead("plan", null), { kind: "primary", drawn: "day" }),
    listed("Yours", mine.map((each) => (each.seen ? happeningRow(each) : ownRow(each)))),
    listFrom("To come", "/happenings", { name: "happenings", row: others, otherwise }),
  ];
}

/** An event in a list. */
export function happeningRow({ event_id: id, name, at: when, place, cancelled }) {
  const look = () => lead("event", id);
  const told = [cancelled ? "cancelled" : when && moment(when), place].filter(Boolean).join(" \u00b7 ");
  const title = h("button", { type: "button", class: "name", on: { click: look } }, name || "An event");
  return h("li", { class: "row" }, day(when), h("div", { class: "row-text" }, title, h("small", {}, told)));
}

/** An event that may be looked up no more: what is one's own of it, to be ended. */
function ownRow(happening) {
  const { event_id: id, name, host, cancelled } = happening;
  const take = async () => {
    await put(at`/happenings/${id}/answers/me`, { answer: "not_going" });
    refresh("events");
  };
  const mine = host?.user_id === myId();
  const told = cancelled ? "cancelled" : mine ? "You host it." : "You said that you go; it is not yours to see.";
  const ends = mine ? !cancelled && hosting(happening) : act(ANSWERS.not_going, take);
  const title = h("span", { class: "name", dir: "auto" }, name || "An event");
  return h("li", { class: "row" }, day(happening.at), h("div", { class: "row-text" }, title, h("small", {}, told), ends));
}

function day(when) {
  const date = when ? new Date(when * 1000) : null;
  const month = date ? date.toLocaleDateString("en-GB", { month: "short" }) : "?";
  return h("span", { class: "day", "aria-hidden": "true" }, h("b", {}, date ? date.getDate() : ""), month);
}

async function one(id) {
  const { happening } = await get(at`/happenings/${id}`);
  const hosts = happening.host?.user_id === myId() && !happening.cancelled;
  const row = ({ user, answer }) => personRow(user, SAID[answer]);
  return [
    about(happening),
    !happening.cancelled && !hosts && answers(happening),
    hosts && hosting(happening),
    listFrom("Who comes", at`/happenings/${id}/answers`, { name: "people", row, otherwise: "Nobody yet." }),
  ];
}

function about({ name, at: begins, until, place, description, host, cancelled, group_id: group }) {
  const when = begins && moment(begins, until);
  const hosted = host && h("p", {}, "By ", nameOf(host.name || host.username, host.user_id));
  return h(
    "section",
    { class: "about" },
    cancelled && h("p", { class: "note" }, "It is cancelled."),
    h("h3", { class: "called", dir: "auto" }, name || "An event"),
    when && h("p", { class: "when" }, when),
    place && h("p", { dir: "auto" }, place),
    hosted,
    description && h("p", { class: "text", dir: "auto" }, description),
    group && act("The group that it is for", () => lead("group", group), { kind: "small", drawn: "group" }),
  );
}

function answers({ event_id: id, answer }) {
  const tells = (told) => async () => {
    await put(at`/happenings/${id}/answers/me`, { answer: told });
    refresh("event");
  };
  const buttons = Object.entries(ANSWERS).map(([told, words]) =>
    act(words, tells(told), { kind: "chip", "aria-pressed": String(answer === told) }));
  return h("div", { class: "row-acts", role: "group", "aria-label": "Whether you go" }, ...buttons);
}

function hosting(happening) {
  const cancel = async () => {
    await remove(at`/happenings/${happening.event_id}`);
    say("Cancelled.");
    refresh("event");
    refresh("events");
  };
  return h(
    "div",
    { class: "row-acts" },
    act("Edit", () => lead("plan", { edits: happening })),
    actTwice("Cancel it", "For everybody?", cancel, { kind: "quiet" }),
  );
}

function plan(of) {
  const { edits = null, group = null } = of ?? {};
  if (!isKnown()) return [empty("Say who you are, and plan.")];
  const does = async (told) => {
    if (edits) await patch(at`/happenings/${edits.event_id}`, told);
    else await made(group ? { ...told, group } : told);
    if (edits) back("plan");
  };
  const button = edits ? "Save" : "Plan it";
  return [group && empty("For the members of the group."), formOf(FIELDS, { button, does, values: edits ?? {} })];
}

async function made(told) {
  const { happening } = await post("/happenings", told);
  say("It is planned, and you host it.");
  await lead("event", happening.event_id);
}
