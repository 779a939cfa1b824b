// Steering: sliders, and at once what they would do to the first page.

import { get, post, put, remove } from "./api.js";
import { hear, tell } from "./changes.js";
import { afterPause, h } from "./dom.js";
import { keptOut } from "./mutes.js";
import { fill, refresh } from "./panels.js";
import { act, empty } from "./parts.js";
import { say } from "./say.js";
import { isKnown } from "./session.js";
import { plural } from "./words.js";

const LEVELS = [
  ["discovery", "From friends", "From beyond"],
  ["freshness", "Evergreen", "Fresh"],
  ["variety", "Familiar", "Varied"],
];
const TAGS = [
  ["more_tags", "More of (tags, with commas)"],
  ["less_tags", "Less of (tags, with commas)"],
];
let looking = null;

export function startTuning() {
  fill("tune", read);
  hear("viewer", () => refresh("tune"));
}

async function read() {
  if (!isKnown()) return [empty("Say who you are, and steer what your feed is like.")];
  const { steering } = await get("/steering");
  return [...form(steering), keptOut()];
}

function form(steering) {
  const shown = h("div", { class: "preview", "aria-live": "polite" });
  const look = afterPause(() => preview(told(), shown));
  const sliders = LEVELS.map(([name, low, high]) => slider(name, low, high, steering[name], look));
  const words = TAGS.map(([name, label]) => tagField(name, label, steering[name], look));
  const told = () => ({
    ...Object.fromEntries(sliders.map(({ input }) => [input.name, Number(input.value)])),
    ...Object.fromEntries(words.map(({ input }) => [input.name, input.value.split(",")])),
  });
  const save = act("Keep it so", async () => {
    await put("/steering", told());
    shown.replaceChildren();
    tell("steered");
    say("Your feed is steered so from now on.");
  }, { kind: "primary" });
  const reset = act("As it comes", async () => {
    await remove("/steering");
    tell("steered");
    say("Your feed is as it comes.");
    refresh("tune");
  });
  const fields = [...sliders, ...words].map(({ element }) => element);
  return [...fields, h("div", { class: "row-acts" }, save, reset), shown];
}

function slider(name, low, high, value, look) {
  const ends = `${low}, or ${high.toLowerCase()}`;
  const input = h("input", {
    type: "range", name, min: -1, max: 1, step: 0.25, value, "aria-label": ends, on: { input: look },
  });
  return { input, element: h("div", { class: "slider" }, h("span", {}, low), h("span", {}, high), input) };
}

function tagField(name, label, tags, look) {
  const input = h("input", { name, value: tags.join(", "), autocomplete: "off", on: { input: look } });
  return { input, element: h("label", { class: "field" }, label, input) };
}

async function preview(steering, shown) {
  looking?.abort();
  looking = new AbortController();
  try {
    const found = await post("/steering/preview", steering, looking.signal);
    shown.replaceChildren(...compared(found));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.status === undefined) throw error;
    shown.replaceChildren(empty(error.message)); // in a form that is gone, where somebody else looks
  }
}

function compared({ posts, came, left }) {
  const after = posts.filter((each) => each.after !== null).sort((a, b) => a.after - b.after);
  return [
    h("h3", {}, "Your first page would be"),
    h("p", {}, `${plural(came.length, "post")} would come, ${plural(left.length, "post")} would go.`),
    h("ol", { class: "places" }, ...after.map(placed)),
  ];
}

function placed({ before, after, post: { title, text, owner } }) {
  const [kind, told] = moved(before, after);
  const words = h("span", { class: "row-text" }, title || text || "A post without words", h("small", {}, owner.username));
  return h("li", { class: kind }, words, h("span", { class: "move" }, told));
}

function moved(before, after) {
  if (before === null) return ["came", "new"];
  if (before === after) return ["same", "same"];
  const places = Math.abs(before - after);
  return before > after ? ["rose", `\u2191 ${places}`] : ["fell", `\u2193 ${places}`];
}
