// Search: people, posts, groups and tags, as one types.

import { at, get } from "./api.js";
import { Card } from "./card.js";
import { hear, tell } from "./changes.js";
import { afterPause, byId, h } from "./dom.js";
import { groupRow, join } from "./groups.js";
import { fill, open, uncover } from "./panels.js";
import { act, empty, listed, personRow } from "./parts.js";
import { ask } from "./people.js";
import { ofWhole } from "./posts.js";
import { say } from "./say.js";
import { isKnown, myId } from "./session.js";
import { ago, plural } from "./words.js";

const TIES = { friend: "a friend", friend_of_friend: "a friend of a friend" };
let looking = null;

export function startSearch() {
  const field = byId("search-words");
  field.addEventListener("input", afterPause(find));
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  fill("search", () => {
    field.focus();
    if (!isKnown()) byId("search").replaceChildren(empty("Say who you are, and search."));
  });
  hear("viewer", () => {
    field.value = "";
  });
}

/** Shows one post, in the room of the search. */
export async function show(id) {
  await open("search");
  const { post } = await get(at`/posts/${id}`);
  const card = new Card(ofWhole(post), () => byId("search").replaceChildren(empty("It is gone.")));
  byId("search").replaceChildren(card.element);
  card.element.focus();
}

async function find() {
  const q = byId("search-words").value.trim();
  looking?.abort();
  if (!q || !isKnown()) return;
  looking = new AbortController();
  try {
    shown(await get("/search", { q }, looking.signal));
  } catch (error) {
    if (error.status !== undefined) byId("search").replaceChildren(empty(error.message));
    else if (error.name !== "AbortError") throw error;
  }
}

function shown({ people, posts, groups, tags }) {
  const count = people.length + posts.length + groups.length + tags.length;
  byId("search").replaceChildren(
    ...[
      listed("People", people.map(found)),
      listed("Posts", posts.map(postRow)),
      listed("Groups", groups.map(joinable)),
      tags.length && h("section", {}, h("h3", {}, "Tags"), h("div", { class: "chips" }, ...tags.map(tagChip))),
      !count && empty("Nothing is found."),
    ].filter(Boolean),
  );
  say(count ? `${plural(count, "result")}.` : "Nothing is found.", { quiet: true });
}

function found(person) {
  const mine = person.user_id === myId();
  const told = mine ? "you" : TIES[person.tie];
  const strange = !mine && person.tie !== "friend";
  return personRow(person, told, strange && act("Ask", () => ask(person.user_id), {
    kind: "small", "aria-label": `Ask ${person.name}`,
  }));
}

function postRow({ post_id: id, title, text, author, created_at: when }) {
  const told = [author?.name, ago(when)].filter(Boolean).join(" \u00b7 ");
  const words = h("div", { class: "row-text" }, h("strong", {}, title || text), h("small", {}, told));
  const look = act("Look", () => show(id), { kind: "small", "aria-label": `Look at ${title || text}` });
  return h("li", { class: "row" }, words, h("div", { class: "row-acts" }, look));
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
