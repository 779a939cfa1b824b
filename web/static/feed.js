// The feed: pages of a slate by its cursors, as far as one scrolls.
//
// Once the viewer did something, the pages that were ranked before would not show it. The next one
// is then the first of a new slate, without the posts that are on the page already.

import { get } from "./api.js";
import { Card, follow } from "./card.js";
import { hear } from "./changes.js";
import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { act } from "./parts.js";
import { ofFeed } from "./posts.js";
import { say } from "./say.js";
import { isAnybody, isKnown } from "./session.js";
import { plural } from "./words.js";

const SIZE = 10;
const MOST_EXCLUDED = 200;
const NEWCOMER = "This is a newcomer\u2019s feed. Say who you are, pick a mood, or just look around.";

const EMPTY = {
  for_you: "There is nothing here yet.",
  friends: "Nothing by friends of yours yet.",
  catch_up: "You are up to date.",
};

const list = byId("feed");
const end = byId("end");
/** What somebody asked for is not for whoever looks next. */
const UNASKED = { kind: "for_you", mood: null, tag: null, group_id: null, group_name: null };
const slate = { asked: { ...UNASKED }, cursor: null, but: "", stale: false, turn: 0 };
let loading = false;
let ended = false;
let shown = new Set();

const reached = new IntersectionObserver(
  (seen) => seen.some((each) => each.isIntersecting) && next(),
  { rootMargin: "700px 0px" },
);

/** Begins anew with what is asked for. */
export async function reload(asked = {}) {
  Object.assign(slate.asked, asked);
  Object.assign(slate, { cursor: null, but: "", stale: false, turn: slate.turn + 1 });
  loading = ended = false;
  shown = new Set();
  reached.unobserve(end);
  byId("changed").hidden = true;
  byId("note").hidden = true;
  list.replaceChildren();
  if (!isAnybody()) return finish("Say who you are to see your feed.");
  return next();
}

export const asked = () => slate.asked;

async function next() {
  if (loading || ended) return;
  loading = true;
  const { turn } = slate;
  reached.unobserve(end);
  wait();
  try {
    const page = await read();
    if (turn === slate.turn) add(page);
  } catch (error) {
    if (turn !== slate.turn) return;
    if (error.status === undefined) throw error;
    finish(error.message, act("Try again", tryAgain, { kind: "primary" }));
    ended = false;
  } finally {
    if (turn === slate.turn) {
      loading = false;
      list.setAttribute("aria-busy", "false");
    }
  }
}

// Where it was the cursor that is taken no more, after a day or a restart, a new slate goes on.
function tryAgain() {
  slate.stale = shown.size > 0;
  return next();
}

function read() {
  if (slate.stale) {
    Object.assign(slate, { cursor: null, but: [...shown].slice(-MOST_EXCLUDED).join(","), stale: false });
  }
  const { asked: { kind, mood, tag, group_id }, cursor, but } = slate;
  const first = kind === "for_you" ? mood : null;
  return get("/feed", { kind, mood: first, tag, group_id, page_size: SIZE, cursor, exclude_ids: but });
}

function add(page) {
  const first = !shown.size;
  const posts = page.post.map(ofFeed).filter((post) => !shown.has(post.id));
  for (const post of posts) {
    shown.add(post.id);
    const card = new Card(post, (gone) => say(`\u201c${gone.post.title}\u201d is not for you to see any more.`));
    card.element.setAttribute("aria-posinset", shown.size);
    card.element.setAttribute("aria-setsize", -1);
    list.append(card.element);
    follow(card);
  }
  slate.cursor = page.next_cursor;
  if (first) tellOf(page);
  else if (posts.length) say(`${plural(posts.length, "more post")}.`, { quiet: true });
  if (page.newer_count) offer(`${plural(page.newer_count, "new post")} since you came`);
  if (page.next_cursor) {
    end.replaceChildren();
    reached.observe(end);
  } else {
    ended = true;
    finish(shown.size ? "That is all for now." : nothing(), again());
  }
}

function nothing() {
  const { kind, tag, group_name: group } = slate.asked;
  if (tag) return `Nothing about #${tag} for you yet.`;
  if (group) return `Nothing by others in ${group} yet.`;
  return EMPTY[kind];
}

const again = () => act("Look again", () => reload(), { drawn: "fresh" });

function tellOf(page) {
  const late = page.degraded.length && `Left out, as it did not answer: ${page.degraded.join(", ")}.`;
  const said = isKnown() ? shown.size && page.message : slate.asked.mood ? null : NEWCOMER;
  const told = [said, late].filter(Boolean).join(" ");
  byId("note").textContent = told;
  byId("note").hidden = !told;
  say(`${plural(shown.size, "post")}${page.mood ? `, ${page.mood} ones first` : ""}.`, { quiet: true });
}

function wait() {
  list.setAttribute("aria-busy", "true");
  const bones = () => h("div", { class: "card bones", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  end.replaceChildren(h("p", { class: "sr" }, "Loading posts"), ...(shown.size ? [bones()] : [bones(), bones(), bones()]));
}

function finish(sentence, ...acts) {
  list.setAttribute("aria-busy", "false");
  end.replaceChildren(h("div", { class: "state" }, icon("way"), h("p", {}, sentence), ...acts));
}

/** Offers the feed anew: what is on the page stays until the reader wants that. */
function offer(sentence) {
  const button = byId("changed");
  if (button.hidden) say(sentence, { quiet: true });
  button.querySelector("span").textContent = `${sentence} \u00b7 Show`;
  button.hidden = false;
}

function stale() {
  slate.stale = true;
  if (ended && shown.size) offer("Your feed has changed");
}

byId("changed").append(icon("fresh"), h("span"));
byId("changed").addEventListener("click", async () => {
  await reload();
  scrollTo({ top: 0 });
  list.querySelector(".card")?.focus();
});

/** What one wrote stands first, where it would come by itself some time. */
function put(post) {
  const { kind, tag, group_id: group } = slate.asked;
  if (kind !== "for_you" || tag || (group && group !== post.group?.id)) return;
  shown.add(post.id);
  const card = new Card(post);
  list.prepend(card.element);
  follow(card);
  if (ended && shown.size === 1) finish("That is all for now.", again());
  scrollTo({ top: 0 });
  card.element.focus();
}

hear("posted", put);
hear("acted", stale);
hear("ties", () => {
  slate.stale = true;
  offer("Your feed has changed");
});
hear("viewer", () => reload(UNASKED));
hear("steered", () => reload());
