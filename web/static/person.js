// Somebody, as far as the viewer may see them; and the viewer, who may change what is said.

import { at, get, put, remove } from "./api.js";
import { later, listFrom } from "./arriving.js";
import { hear } from "./changes.js";
import { h } from "./dom.js";
import { groupRow } from "./groups.js";
import { icon } from "./icons.js";
import { own } from "./mine.js";
import { fill, lead, refresh } from "./panels.js";
import { act, actTwice, avatar, empty, personRow } from "./parts.js";
import { accept, ask, block, decline, unfriend, withdraw } from "./people.js";
import { postRow } from "./posts.js";
import { say } from "./say.js";
import { isKnown, myId } from "./session.js";
import { webAddress } from "./words.js";

const STANDING = {
  none: null,
  asked: "You asked to be friends.",
  asks_you: "Asks to be your friend.",
  friends: "A friend of yours.",
  blocked: "You block them: neither of you sees anything of the other.",
};

export function startPerson() {
  fill("person", read);
  hear("meet", (id) => lead("person", id === myId() ? null : id));
  hear("ties", () => refresh("person"));
}

function read(id) {
  if (!isKnown()) return [empty("Say who you are, and meet people.")];
  return id === null ? own(head) : other(id);
}

/** What somebody says of themself. */
function head(profile) {
  const called = profile.name || profile.username;
  const does = [profile.job, profile.location].filter(Boolean).join(" \u00b7 ");
  const picture = webAddress(profile.picture_url);
  const leads = picture && { href: picture.href, target: "_blank", rel: "noopener noreferrer nofollow" };
  return h(
    "section",
    { class: "person" },
    avatar(called),
    h("div", {}, h("h3", { class: "called", dir: "auto" }, called), h("small", {}, `@${profile.username}`)),
    does && h("p", { class: "does", dir: "auto" }, does),
    profile.bio && h("p", { class: "text", dir: "auto" }, profile.bio),
    picture && h("a", { class: "media", ...leads }, icon("link"), h("span", {}, `Picture at ${picture.host}`)),
  );
}

async function other(id) {
  const [{ profile }, { friendship }] = await Promise.all([
    get(at`/profiles/${id}`),
    get(at`/friendships/${id}`),
  ]);
  const { user_id: whole } = profile;
  const row = ({ user }) => personRow(user, null);
  return [
    head(profile),
    STANDING[friendship.state] && empty(STANDING[friendship.state]),
    h(
      "div",
      { class: "row-acts" },
      ...standing(friendship.state, whole),
      later(() => muting(whole)),
      block(whole, profile.name),
    ),
    listFrom("Posts", "/posts", { name: "posts", query: { of: whole, page_size: 5 }, row: postRow }),
    listFrom("Friends in common", at`/friendships/${whole}/mutual`, { name: "people", row }),
    listFrom("Friends", "/friendships", { name: "people", query: { of: whole }, row }),
    listFrom("Groups", "/groups", { name: "groups", query: { of: whole }, row: (group) => groupRow(group) }),
  ];
}

function standing(state, id) {
  const primary = { kind: "primary" };
  const acts = {
    none: () => [act("Ask to be friends", () => ask(id), primary)],
    asked: () => [act("Withdraw", () => withdraw(id))],
    asks_you: () => [act("Accept", () => accept(id), primary), act("Decline", () => decline(id))],
    friends: () => [actTwice("Unfriend", "Really?", () => unfriend(id))],
  };
  return acts[state]?.() ?? [];
}

/** Whether one wants to see their posts; of those muted the first hundred are known. */
async function muting(id) {
  const { people } = await get("/mutes/people", { page_size: 100 });
  const muted = people.some((each) => each.user_id === id);
  const turn = async () => {
    await (muted ? remove : put)(at`/mutes/people/${id}`);
    say(muted ? "Not muted any more." : "Muted: their posts come no more in your feeds.");
    refresh("person");
  };
  return [act(muted ? "Unmute" : "Mute", turn)];
}
