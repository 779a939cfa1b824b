// Who openly responded to a post, of those whom the viewer may see.

import { at } from "./api.js";
import { pagesOf } from "./arriving.js";
import { h } from "./dom.js";
import { act, empty, personRow } from "./parts.js";
import { ago } from "./words.js";

const KINDS = [
  ["Who likes it", "likes"],
  ["Who reacted", "reactions"],
];

/** A button, and the place under it into which they come. */
export function responded({ post }) {
  const place = h("div", { class: "responded" });
  const row = ({ user, kind, at: when }) => personRow(user, [kind, ago(when)].filter(Boolean).join(" \u00b7 "));
  const show = async () => {
    const lists = KINDS.map(([title, what]) => pagesOf(title, `${at`/posts/${post.id}`}/${what}`, { name: "people", row }));
    const found = (await Promise.all(lists)).filter(Boolean);
    place.replaceChildren(...(found.length ? found : [empty("Nobody whom you may see.")]));
  };
  return [act("Who responded", show), place];
}
