// One form of a post, whether a feed or its own address told of it; and a post in a list.

import { h } from "./dom.js";
import { lead } from "./panels.js";
import { act } from "./parts.js";
import { ago } from "./words.js";

/** For whom a post is that is not for everybody. */
export const PRIVACIES = { friends: "for friends", private: "for the author alone" };

/** Of a feed's entry. */
export function ofFeed(told) {
  return {
    id: told.post_id,
    title: told.title,
    text: told.text,
    author: told.owner.name || told.owner.username,
    authorId: told.author_id,
    at: told.created_at && told.created_at / 1000,
    url: told.video_link,
    category: told.category.name,
    tags: told.tags,
    reasons: told.reasons,
    privacy: null,
    group: null,
    shares: null,
    counts: null,
    mine: null,
  };
}

/** Of the post itself, with what is known of it already. */
export function ofWhole(told, known = {}) {
  return {
    reasons: [],
    ...known,
    id: told.post_id,
    title: told.title,
    text: told.text,
    author: told.author?.name ?? known.author ?? "",
    authorId: told.author?.user_id ?? null,
    at: told.created_at,
    url: told.url,
    category: told.category?.name ?? "",
    tags: told.tags,
    privacy: told.privacy,
    group: told.group,
    shares: told.shares,
    counts: told.counts,
    mine: told.mine,
  };
}

/** A post in a list, which leads to it. */
export function postRow({ post_id: id, title, text, author, created_at: when, privacy }) {
  const told = [author?.name, ago(when), PRIVACIES[privacy]].filter(Boolean).join(" \u00b7 ");
  const called = title || text || "A post without words";
  const words = h("div", { class: "row-text" }, h("strong", { class: "brief" }, called), h("small", {}, told));
  const look = act("Look", () => lead("post", id), { kind: "small", "aria-label": `Look at ${called}` });
  return h("li", { class: "row" }, words, h("div", { class: "row-acts" }, look));
}
