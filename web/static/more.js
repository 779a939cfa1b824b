// What a viewer does with a post more seldom; and what its author does.

import { at, put, remove } from "./api.js";
import { tell } from "./changes.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { lead } from "./panels.js";
import { act, actTwice } from "./parts.js";
import { ask } from "./people.js";
import { responded } from "./responded.js";
import { say } from "./say.js";
import { myId } from "./session.js";

/** The buttons; `did` is told what was done. */
export function more(card, did) {
  const { author, authorId } = card.post;
  const mine = authorId && authorId === myId();
  const others = authorId && !mine;
  return [
    mine && act("Edit", () => lead("write", { edits: card })),
    mine && actTwice("Delete", "Really delete?", () => erase(card)),
    act("Share it", () => lead("write", { shares: card.post })),
    act("Show less like this", () => hide(card, true)),
    act("Hide this post", () => hide(card, false)),
    others && act(`Ask ${author} to be friends`, () => ask(authorId)),
    others && act(card.muted ? `Unmute ${author}` : `Mute ${author}`, () => mute(card, did)),
    ...responded(card),
  ].filter(Boolean);
}

async function erase(card) {
  await remove(at`/posts/${card.post.id}`);
  card.element.remove();
  tell("acted");
  say("Deleted: nobody sees it any more.");
}

async function mute(card, did) {
  const path = at`/mutes/people/${card.post.authorId}`;
  await (card.muted ? remove(path) : put(path));
  card.muted = !card.muted;
  say(card.muted ? "Muted: their posts come no more in your feeds." : "Not muted any more.");
  await did();
}

async function hide(card, less) {
  const path = at`/posts/${card.post.id}/hides/me`;
  await put(path, { less });
  tell("acted");
  const told = less ? "Hidden. You will see less like it." : "Hidden.";
  const undo = async () => {
    await remove(path);
    tell("acted");
    row.replaceWith(card.element);
    card.element.focus();
    say("It is back.", { quiet: true });
    await card.refresh();
  };
  const back = act("Undo", undo, { kind: "primary" });
  const row = h("article", { class: "card hidden-row", tabindex: "-1" }, icon("close"), h("p", {}, told), back);
  card.acts.close();
  card.replaceBy(row);
  back.focus();
  say(told, { quiet: true });
}
