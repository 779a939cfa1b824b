// Search: people, posts, groups and tags, as one types.

import { at, get } from "./api.js";
import { Card } from "./card.js";
import { hear, tell } from "./changes.js";
import { afterPause, byId, h } from "./dom.js";
import { groupRow, join } from "./groups.js";
import { fill, refresh, uncover } from "./panels.js";
import { act, empty, listed, personRow } from "./parts.js";
import { ask } from "./people.js";
import { ofWhole, postRow } from "./posts.js";
import { say } from "./say.js";
import { isKnown, myId } from "./session.js";
import { plural } from "./words.js";

const TIES = { friend: "a friend", friend_of_friend: "a friend of a friend" };

export function startSearch() {
  const field = byId("search-words");
  field.addEventListener("input", afterPause(() => refresh("search")));
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    refresh("search");
  });
  fill("search", find);
  fill("post", whole);
  hear("viewer", () => {
    field.value = "";
    refresh("search");
  });
}

async function find() {
  const q = byId("search-words").value.trim();
  if (!isKnown()) return [empty("Say who you are, and search.")];
  return q ? results(await get("/search", { q })) : [];
}

function results({ people, posts, groups, tags }) {
  const count = people.length + posts.length + groups.length + tags.length;
  say(count ? `${plural(count, "result")}.` : "Nothing is found.", { quiet: true });
  return [
    listed("People", people.map(found)),
    listed("Posts", posts.map(postRow)),
    listed("Groups", groups.map(joinable)),
    tags.length && h("section", {}, h("h3", {}, "Tags"), h("div", { class: "chips" }, ...tags.map(tagChip))),
    !count && empty("Nothing is found."),
  ];
}

/** One post, in a room of its own. */
async function whole(id) {
  const { post } = await get(at`/posts/${id}`);
  return [new Card(ofWhole(post), () => refresh("post")).element];
}

function found(person) {
  const mine = person.user_id === myId();
  const told = mine ? "you" : TIES[person.tie];
  const strange = !mine && person.tie !== "friend";
  return personRow(person, told, strange && act("Ask", () => ask(person.user_id), {
    kind: "small", "aria-label": `Ask ${person.name}`,
  }));
}

function joinable(group) {
  const closed = group.member || group.joining === "invitation";
  return groupRow(group, !closed && act("Join", () => join(group), { kind: "small", "aria-label": `Join ${group.name}` }));
}

function tagChip({ tag, name, posts }) {
  const only = () => {
    uncover();
    tell("asked", { tag });
  };
  return act(`#${name} ${posts}`, only, { kind: "chip" });
}
