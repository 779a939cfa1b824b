// A post on the page.

import { actsOf } from "./acts.js";
import { at, get } from "./api.js";
import { hear, tell } from "./changes.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { act, avatar, nameOf } from "./parts.js";
import { PRIVACIES, ofWhole } from "./posts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";
import { threadOf } from "./thread.js";
import { whyOf } from "./why.js";
import { ago, webAddress } from "./words.js";

const FRESH = 20_000;
const GLANCE = 1_000;
const AT_ONCE = 4;
let made = 0;

export class Card {
  /** A post; `gone` is called once it may not be seen any more. */
  constructor(post, gone = () => {}) {
    this.post = post;
    this.gone = gone;
    this.readAt = 0;
    this.muted = false;
    this.number = ++made;
    this.why = post.reasons.length ? whyOf(post) : null;
    this.thread = threadOf(this);
    this.acts = actsOf(this);
    this.words = h("div", { class: "words" });
    this.element = h(
      "article",
      { class: "card", tabindex: "-1", "aria-labelledby": this.titleId, "data-post": post.id },
      this.words,
      this.why,
      this.acts.element,
      this.thread.element,
    );
    this.show();
  }

  get titleId() {
    return `title-${this.number}`;
  }

  /** Reads the post anew, as the viewer may see it now; one that is gone goes. */
  async refresh() {
    if (!isKnown()) return;
    this.readAt = Date.now();
    try {
      const { post } = await get(at`/posts/${this.post.id}`);
      this.post = ofWhole(post, this.post);
      this.show();
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.status === 404) this.leave();
      else this.readAt = 0;
    }
  }

  /** Reads it anew where it was not read for so many milliseconds. */
  async refreshIfOld(age = FRESH) {
    if (Date.now() - this.readAt > age) await this.refresh();
  }

  leave() {
    if (this.element.contains(document.activeElement)) say("This post is not there any more.");
    this.element.remove();
    this.gone(this);
  }

  /** Puts something else in the card's place for a while. */
  replaceBy(element) {
    this.element.replaceWith(element);
  }

  show() {
    const { post } = this;
    this.words.replaceChildren(
      ...[
        byline(post),
        h("h2", { id: this.titleId, dir: "auto" }, post.title || firstWords(post.text) || "A post without words"),
        post.title && post.text && h("p", { class: "text", dir: "auto" }, post.text),
        post.shares && shared(post.shares),
        media(post.url),
        tags(post.tags),
      ].filter(Boolean),
    );
    this.acts.show();
  }
}

function byline(post) {
  const told = [ago(post.at), post.category, PRIVACIES[post.privacy], post.group?.name];
  return h(
    "header",
    { class: "byline" },
    avatar(post.author || "?"),
    nameOf(post.author || "Somebody", post.authorId),
    h("small", {}, told.filter(Boolean).join(" \u00b7 ")),
  );
}

function firstWords(text) {
  return text.length > 90 ? `${text.slice(0, 89).trimEnd()}\u2026` : text;
}

function shared(original) {
  const name = original.author?.name ?? "Somebody";
  return h("blockquote", {}, h("strong", {}, `${name}: ${original.title}`), h("p", { dir: "auto" }, original.text));
}

// A link, and never a picture: to load one would tell a foreign host who looks at what.
function media(told) {
  const address = webAddress(told);
  if (!address) return null;
  const leads = { href: address.href, target: "_blank", rel: "noopener noreferrer nofollow" };
  return h("a", { class: "media", ...leads }, icon("link"), h("span", {}, `Open at ${address.host}`));
}

function tags(names) {
  if (!names.length) return null;
  const ask = (tag) => () => tell("asked", { tag });
  const rows = names.map((tag) => h("li", {}, act(`#${tag}`, ask(tag), { kind: "chip" })));
  return h("ul", { class: "chips", "aria-label": "Tags" }, ...rows);
}

// --- cards that are looked at are read, and read again once they may have changed

const looked = new Set();
const looking = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) {
        looked.add(target.card);
        target.card.refreshIfOld();
      } else {
        looked.delete(target.card);
      }
    }
  },
  { rootMargin: "300px 0px" },
);

/** Has a card be read when it comes into view. */
export function follow(card) {
  card.element.card = card;
  looking.observe(card.element);
}

function refreshLooked(age) {
  for (const card of looked) {
    if (card.element.isConnected) card.refreshIfOld(age);
    else looked.delete(card);
  }
}

// What the viewer may see no more goes also from where they do not look now, the nearest first; a
// few are asked for at a time, since a page may be hundreds of posts long.
async function refreshAll() {
  refreshLooked(0);
  const left = [...document.querySelectorAll("#feed > .card")].map((each) => each.card).filter(Boolean);
  const one = async () => {
    for (let card = left.shift(); card; card = left.shift()) {
      if (card.element.isConnected) await card.refreshIfOld(GLANCE);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

hear("ties", refreshAll);
hear("moment", () => refreshLooked(FRESH));
window.addEventListener("focus", () => refreshLooked(GLANCE));
