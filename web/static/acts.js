// What a viewer does with a post.

import { at, post as send, put, remove } from "./api.js";
import { tell } from "./changes.js";
import { h } from "./dom.js";
import { more } from "./more.js";
import { act } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";

const REACTIONS = {
  like: "\u{1f44d}",
  love: "\u2764\ufe0f",
  haha: "\u{1f602}",
  wow: "\u{1f62e}",
  sad: "\u{1f622}",
  angry: "\u{1f620}",
};

/** The buttons under a card; `show` brings them to what the card's post is now. */
export function actsOf(card) {
  const tray = h("div", { class: "tray", hidden: true });
  const trays = { react: reactions, rate: rating, more };
  let opened = null;

  const fill = (name) => {
    opened = name;
    for (const each of bar.querySelectorAll("[data-tray]")) {
      each.setAttribute("aria-expanded", String(each.dataset.tray === opened));
    }
    tray.hidden = opened === null;
    tray.replaceChildren(...(opened ? trays[opened](card, did) : []));
  };
  const open = (name) => (button) => {
    fill(opened === name ? null : name);
    (tray.querySelector("button, input") ?? button).focus();
  };
  const did = async (told, sentence) => {
    if (told?.mine) card.post.mine = told.mine;
    show();
    tell("acted");
    if (sentence) say(sentence, { quiet: true });
    await card.refresh();
    if (opened) keepFocus(tray, () => fill(opened));
  };

  const toggles = (tray) => ({ "aria-expanded": "false", "data-tray": tray });
  const bar = h(
    "div",
    { class: "acts", role: "group", "aria-label": "What you do with it" },
    act("Like", () => like(card, did), { drawn: "heart", kind: "quiet" }),
    act("Inspired", () => inspire(card, did), { drawn: "spark", kind: "quiet" }),
    act("React", open("react"), { drawn: "smile", kind: "quiet", ...toggles("react") }),
    act("Comment", () => card.thread.toggle(), { drawn: "chat", kind: "quiet", "aria-expanded": "false" }),
    act("Rate", open("rate"), { drawn: "star", kind: "quiet", ...toggles("rate") }),
    act("More", open("more"), { drawn: "dots", kind: "quiet", ...toggles("more") }),
  );
  const element = h("div", {}, bar, tray);
  const show = () => {
    element.hidden = !isKnown();
    showActs(bar, card.post);
  };
  return { element, show, close: () => fill(null), commenting: bar.children[3] };
}

/** Makes what is in `inside` anew; the focus stays at its place there. */
function keepFocus(inside, make) {
  const place = [...inside.children].indexOf(document.activeElement);
  make();
  if (place >= 0) (inside.children[place] ?? inside.lastElementChild).focus();
}

function showActs(bar, { counts, mine }) {
  if (!counts || !mine) return;
  const reacted = Object.values(counts.reactions).reduce((sum, each) => sum + each, 0);
  const [likes, inspired, react, comment, rate] = bar.children;
  showAct(likes, "Like", counts.likes, mine.liked);
  showAct(inspired, "Inspired", counts.inspired, mine.inspired > 0);
  showAct(react, mine.reacted ? REACTIONS[mine.reacted] : "React", reacted);
  react.classList.toggle("on", Boolean(mine.reacted));
  react.title = mine.reacted ?? "";
  showAct(comment, "Comment", counts.comments);
  showAct(rate, mine.rated === null ? "Rate" : `${mine.rated} %`, 0);
  rate.classList.toggle("on", mine.rated !== null);
}

function showAct(button, label, count, pressed) {
  button.querySelector(".label").textContent = label;
  button.querySelector(".count")?.remove();
  if (count) button.append(h("span", { class: "count" }, count));
  if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
}

async function like(card, did) {
  const path = at`/posts/${card.post.id}/likes/me`;
  const liked = card.post.mine?.liked;
  await did(liked ? await remove(path) : await put(path), liked ? "Not liked any more." : "Liked.");
}

async function inspire(card, did) {
  await did(await send(at`/posts/${card.post.id}/inspirations`), "Inspired once more.");
}

function reactions(card, did) {
  const path = at`/posts/${card.post.id}/reactions/me`;
  const { mine, counts } = card.post;
  return Object.entries(REACTIONS).map(([kind, drawn]) => {
    const on = mine?.reacted === kind;
    const does = async () => did(on ? await remove(path) : await put(path, { kind }));
    const count = counts?.reactions[kind] ?? "";
    const button = act(`${drawn} ${count}`.trim(), does, { kind: "reaction", title: kind });
    button.append(h("small", {}, kind));
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", `${kind}${count ? `, ${count}` : ""}`);
    return button;
  });
}

function rating(card, did) {
  const path = at`/posts/${card.post.id}/ratings/me`;
  const given = card.post.mine?.rated ?? null;
  const shown = h("output", {}, `${given ?? 50} %`);
  const slider = h("input", {
    type: "range", min: 0, max: 100, step: 5, value: given ?? 50, "aria-label": "Rating, in percent",
    on: { input: () => { shown.textContent = `${slider.value} %`; } },
  });
  const save = async () => did(await put(path, { percent: Number(slider.value) }), "Rated.");
  const drop = async () => did(await remove(path), "Your rating is taken back.");
  return [
    slider, shown, act("Rate", save, { kind: "primary" }), given !== null && act("Take back", drop),
  ].filter(Boolean);
}
