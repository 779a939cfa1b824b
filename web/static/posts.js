// One form of a post, whether a feed or its own address told of it.

import { hear } from "./changes.js";

/** The categories of the posts that the viewer saw, by id: nothing lists them all. */
export const categories = new Map();
hear("viewer", () => categories.clear());

/** Of a feed's entry. Its whole id is the end of each reason's path: numbers are SocialVerse's. */
export function ofFeed(told) {
  return {
    id: told.reasons[0].path.at(-1).id,
    title: told.title,
    text: "",
    author: told.owner.name || told.owner.username,
    authorId: null,
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
  if (told.category) categories.set(told.category.id, told.category.name);
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
