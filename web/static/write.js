// A post that is written, changed, or shares another.

import { at, get, patch, post as send } from "./api.js";
import { everyOf } from "./arriving.js";
import { hear, tell } from "./changes.js";
import { byId, h } from "./dom.js";
import { formOf } from "./forms.js";
import { PRIVACIES } from "./mine.js";
import { back, fill, lead } from "./panels.js";
import { empty } from "./parts.js";
import { ofWhole } from "./posts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";

const WORDS = [
  { name: "title", label: "Title", maxlength: 500 },
  { name: "text", label: "What you want to say", kind: "lines", rows: 6, maxlength: 10_000 },
];
const PRIVACY = { name: "privacy", label: "For whom", kind: "choice", options: PRIVACIES };
const MORE = [
  { name: "tags", label: "Tags", kind: "names", hint: "With commas; hashtags in your words are tags too.", more: true },
  { name: "moods", label: "Moods that it evokes", kind: "names", hint: "In any words for them, with commas; five at most.", more: true },
  { name: "url", label: "Address of a picture or film", kind: "address", maxlength: 2000, more: true },
];
/** What is being written: it stays while one looks elsewhere, until it is sent. */
const drafts = new Map();

export function startWriting() {
  fill("write", read);
  hear("viewer", () => drafts.clear());
}

/** The form; `of` says which card it `edits`, which post it `shares`, or for which group it is. */
async function read(of) {
  if (!isKnown()) return [empty("Say who you are, and write.")];
  if (of?.edits) return change(of.edits);
  const name = [of?.shares?.id, of?.group].join(" ");
  if (!drafts.has(name)) drafts.set(name, await form(of ?? {}, name));
  return drafts.get(name);
}

async function form({ shares, group }, name) {
  const [{ groups }, categories] = await Promise.all([get("/groups", { page_size: 100 }), category()]);
  const where = ["", "Everywhere"];
  const field = {
    name: "group", label: "In a group", kind: "choice", more: !group,
    options: [where, ...groups.map((each) => [each.group_id, each.name])],
  };
  const path = shares ? at`/posts/${shares.id}/shares` : "/posts";
  const does = async (told) => {
    const { post } = await send(path, group && told.group === undefined ? { ...told, group } : told);
    drafts.delete(name);
    done(shares ? "Shared." : "Posted.");
    tell("posted", ofWhole(post));
  };
  const fields = [...WORDS, PRIVACY, ...MORE, categories, field];
  return [
    shares && h("blockquote", {}, h("strong", {}, `${shares.author}: ${shares.title || shares.text}`)),
    formOf(fields, { button: shares ? "Share" : "Post", does, values: { group } }),
  ];
}

async function change(card) {
  const [{ post }, categories] = await Promise.all([get(at`/posts/${card.post.id}`), category()]);
  const does = async (told) => {
    await patch(at`/posts/${post.post_id}`, told);
    done("It is changed.");
    await card.refresh();
  };
  const values = { ...post, category: post.category?.id };
  return [formOf([...WORDS, PRIVACY, ...MORE, categories], { button: "Save", does, values })];
}

/** All the categories that there are, by name. */
async function category() {
  const found = await everyOf("/categories", "categories");
  const known = found.map(({ id, name }) => [id, name || id]);
  const options = [["", "None"], ...known.sort(([, one], [, two]) => one.localeCompare(two))];
  return { name: "category", label: "Category", kind: "choice", options, more: true };
}

function done(sentence) {
  byId("write").replaceChildren(); // what was sent is no form to go on with, while the next one comes
  back("write");
  say(sentence);
  tell("acted");
}

/** Leads to a post that one writes for a group. */
export const writeIn = (group) => lead("write", { group });
