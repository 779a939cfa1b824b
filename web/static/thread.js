// What people say of a post, and what others answer.

import { at, get, patch, post as send, remove } from "./api.js";
import { tell } from "./changes.js";
import { h } from "./dom.js";
import { act, actTwice, avatar, empty, nameOf, oneField } from "./parts.js";
import { say } from "./say.js";
import { myId } from "./session.js";
import { ago } from "./words.js";

/** The comments on a card's post; nothing is read before they are opened. */
export function threadOf(card) {
  const element = h("section", { class: "thread", hidden: true, "aria-label": "Comments" });
  const list = talk(
    () => at`/posts/${card.post.id}/comments`,
    { label: "Say something of it", button: "Comment", otherwise: "Nobody said anything yet." },
    () => card.refresh(),
  );
  element.append(list.element);
  const toggle = async () => {
    element.hidden = !element.hidden;
    card.acts.commenting.setAttribute("aria-expanded", String(!element.hidden));
    if (element.hidden) return;
    await list.read();
    element.querySelector("textarea").focus();
  };
  return { element, toggle };
}

/** A form, and comments under it, the latest first, with those that came before them on demand. */
function talk(path, words, changed) {
  const rows = h("ul", { class: "comments" });
  const later = h("div", {});
  const add = async (text) => {
    const { comment } = await send(path(), { text });
    rows.querySelector(".empty")?.parentElement.remove();
    rows.prepend(said(comment, changed));
    tell("acted");
    say("Said.", { quiet: true });
    await changed();
  };
  const read = async (cursor) => {
    const before = new Set(rows.children);
    const page = await get(path(), { cursor });
    const found = page.comments.map((comment) => said(comment, changed));
    if (cursor) rows.append(...found);
    else {
      // What was said while the list was on its way may not be in it.
      const told = new Set(page.comments.map((comment) => comment.comment_id));
      const since = [...rows.querySelectorAll(":scope > .comment")].filter(
        (row) => !before.has(row) && !told.has(row.dataset.comment),
      );
      const all = [...since, ...found];
      rows.replaceChildren(...(all.length ? all : [h("li", {}, empty(words.otherwise))]));
    }
    const next = page.next_cursor;
    later.replaceChildren(...(next ? [act("Earlier ones", () => read(next), { kind: "quiet" })] : []));
  };
  const form = oneField({ ...words, does: add, many: true, maxlength: 5000, rows: 2 });
  return { element: h("div", { class: "talk" }, form, rows, later), read };
}

function said(comment, changed) {
  const name = comment.user?.name ?? "Somebody";
  const text = h("p", { dir: "auto" }, comment.deleted ? "This comment was deleted." : comment.text);
  const when = [ago(comment.created_at), comment.edited_at && "edited"].filter(Boolean).join(" \u00b7 ");
  const under = h("div", { class: "under" });
  const row = h(
    "li",
    { class: "comment", "data-comment": comment.comment_id },
    avatar(name),
    h("div", {}, nameOf(name, comment.user?.user_id), " ", h("small", {}, when), text),
    under,
  );
  under.append(...actsOn(comment, { row, text, under, changed }));
  return row;
}

function actsOn(comment, { row, text, under, changed }) {
  const path = at`/comments/${comment.comment_id}`;
  const answers = act("Answers", async () => {
    const words = { label: "Answer", button: "Answer", otherwise: "No answers yet." };
    const list = talk(() => `${path}/answers`, words, changed);
    answers.replaceWith(list.element);
    await list.read();
    list.element.querySelector("textarea").focus();
  }, { kind: "quiet small" });
  const isMine = comment.user && comment.user.user_id === myId() && !comment.deleted;
  if (!isMine) return [answers];
  const edit = act("Edit", () => {
    const does = async (words) => {
      const told = await patch(path, { text: words });
      row.replaceWith(said(told.comment, changed));
    };
    const told = { label: "Your comment", button: "Save", many: true, value: text.textContent };
    under.replaceChildren(oneField({ ...told, does, maxlength: 5000, rows: 2 }));
    under.querySelector("textarea").focus();
  }, { kind: "quiet small" });
  const drop = actTwice("Delete", "Really delete?", async () => {
    await remove(path);
    row.remove();
    tell("acted");
    say("Deleted.");
    await changed();
  }, { kind: "quiet small" });
  return [answers, edit, drop];
}
