// Who is in a group, who asks to be and who is invited; and what those who govern it may do.

import { at, patch, put, remove } from "./api.js";
import { listFrom } from "./arriving.js";
import { h } from "./dom.js";
import { refresh } from "./panels.js";
import { act, actTwice, oneField, personRow } from "./parts.js";
import { say } from "./say.js";
import { myId } from "./session.js";

const ROLES = ["member", "moderator", "owner"];

/** The members whom one may see. */
export function members(group, governs) {
  const row = (member) => memberRow(group, member, governs);
  const path = at`/groups/${group.group_id}/members`;
  return listFrom("Members", path, { name: "members", row, otherwise: "Nobody whom you may see." });
}

/** Who asks, who is invited, and a field to invite: for those whom it concerns. */
export function governing(group, governs) {
  const { group_id: id, joining, mine } = group;
  const lists = () => [
    listFrom("They ask to join", at`/groups/${id}/requests`, { name: "members", row: (each) => askingRow(id, each) }),
    listFrom("Invited", at`/groups/${id}/invitations`, { name: "members", row: (each) => invitedRow(id, each) }),
  ];
  const mayInvite = governs || (mine.role && joining === "open");
  return [...(governs ? lists() : []), mayInvite && invite(id)];
}

function invite(id) {
  const does = async (user) => {
    const { membership } = await put(at`/groups/${id}/invitations/${user}`);
    done(membership.role ? "They are a member." : "Invited.");
  };
  return oneField({ label: "Username", button: "Invite", does, hint: "Invite somebody by their exact name." });
}

function memberRow(group, { user_id: id, user, role }, governs) {
  const path = at`/groups/${group.group_id}/members/${id}`;
  const owns = group.mine.role === "owner";
  const below = ROLES.indexOf(role) < ROLES.indexOf(group.mine.role);
  const tray = h("div", { class: "tray", hidden: true });
  const called = user?.name ?? "";
  const others = id !== myId();
  const become = (each) => act(`Make ${each}`, () => appoint(path, each), { kind: "small" });
  const can = [
    ...(owns ? ROLES.filter((each) => each !== role).map(become) : []),
    owns && actTwice("Hand over", "To them alone?", () => handOver(group.group_id, id), { kind: "small" }),
    (below || owns) && actTwice("Remove", "Really?", () => drop(path), { kind: "small" }),
  ].filter(Boolean);
  const manage = act("Manage", (button) => {
    tray.hidden = !tray.hidden;
    button.setAttribute("aria-expanded", String(!tray.hidden));
  }, { kind: "small", "aria-label": `Manage ${called}`, "aria-expanded": "false" });
  const row = personRow(user, role, governs && others && can.length > 0 && manage);
  tray.append(...can);
  row.append(tray);
  return row;
}

function askingRow(group, { user_id: id, user }) {
  const path = at`/groups/${group}/requests/${id}`;
  const called = user?.name ?? "";
  const accept = async () => {
    await put(path);
    done("They are in.");
  };
  const decline = async () => {
    await remove(path);
    done("Declined; they are not told.");
  };
  return personRow(
    user,
    null,
    act("Let in", accept, { kind: "primary small", "aria-label": `Let in ${called}` }),
    act("Decline", decline, { kind: "small", "aria-label": `Decline ${called}` }),
  );
}

function invitedRow(group, { user_id: id, user }) {
  const back = async () => {
    await remove(at`/groups/${group}/invitations/${id}`);
    done("Taken back.");
  };
  return personRow(user, null, act("Take back", back, { kind: "small", "aria-label": `Take back the invitation of ${user?.name ?? ""}` }));
}

async function appoint(path, role) {
  await patch(path, { role });
  done(`They are ${role} now.`);
}

async function handOver(group, user) {
  await put(at`/groups/${group}/owner`, { user });
  done("The group is theirs; you are a member.");
}

async function drop(path) {
  await remove(path);
  done("Removed.");
}

function done(sentence) {
  say(sentence);
  refresh("group");
}
