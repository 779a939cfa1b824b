// Each source by itself, beside the feed that all of them make; and why a post is there, or is not.

import { get } from "./api.js";
import { arrives } from "./arriving.js";
import { ms, number } from "./desk_charts.js";
import { whyOf } from "./desk_why.js";
import { meaning } from "./desk_words.js";
import { h } from "./dom.js";
import { act, empty } from "./parts.js";
import { doing } from "./say.js";
import { moment, plural } from "./words.js";

/** From here on a score is a time: some sources order posts by when they were written. */
const TIME = 1e9;
const FIELDS = [
  { name: "username", label: "Viewer, by username or id", required: true },
  { name: "mood", label: "Mood, if any" },
  { name: "post", label: "A post\u2019s id, to ask why" },
];

/** Makes the form work; what it asks for comes into the place. */
export function startSources(form, place) {
  const fields = FIELDS.map(({ label, ...each }) => {
    const input = h("input", { ...each, autocomplete: "off", spellcheck: "false", maxlength: 200 });
    return h("label", { class: "field" }, label, input);
  });
  const send = h("button", { type: "submit", class: "button primary" }, "Look");
  form.replaceChildren(...fields, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = Object.fromEntries(new FormData(form));
    doing(send, arrives(() => place, () => read(asked)));
  });
}

async function read({ username, mood, post }) {
  const asked = { username: username.trim(), mood: mood.trim() };
  const why = h("div", { class: "why", tabindex: "-1" });
  const explain = async (id, reasons = []) => {
    why.replaceChildren(...(await whyOf(asked, id, reasons)));
    why.focus();
  };
  const found = await get("/desk/previews", asked);
  if (post.trim()) why.replaceChildren(...(await whyOf(asked, post.trim(), [])));
  const kinds = found.sources.filter((each) => each.found);
  const silent = found.sources.filter((each) => !each.found).map((each) => each.source);
  return [
    h("p", {}, about(found)),
    found.degraded.length > 0 && h("p", { class: "note" }, `Left out, as it did not answer: ${found.degraded.join(", ")}.`),
    why,
    h(
      "div",
      { class: "lanes", role: "region", "aria-label": "The feed, and each source", tabindex: 0 },
      lane("The feed", plural(found.feed.length, "post"), found.feed.map((each) => ofFeed(each, explain))),
      ...kinds.map((each) => lane(each.source, `${meaning(each.source)}; found ${each.found} in ${ms(each.ms)}`, each.posts.map((brought) => ofSource(brought, explain)))),
    ),
    silent.length > 0 && empty(`Found nothing: ${silent.join(", ")}.`),
  ];
}

function about({ viewer, learnt }) {
  if (!viewer.user_id) return "Nobody is of that name: this is a newcomer\u2019s feed.";
  const cold = viewer.cold ? "; nothing is known of their taste" : "";
  return `${viewer.user_id}${cold}; the model has ${learnt ? "a" : "no"} vector of them.`;
}

const lane = (name, told, rows) =>
  h("section", { class: "lane" }, h("h3", {}, name), h("small", {}, told), h("ol", {}, ...rows));

function ofFeed(post, explain) {
  const told = `${number(post.score)} \u00b7 ${post.found_by.join(", ")}`;
  return brought(post, `#${post.rank}`, told, () => explain(post.post_id, post.reasons));
}

function ofSource(post, explain) {
  const told = [post.score > TIME ? moment(post.score) : number(post.score), ...post.left_out].join(" \u00b7 ");
  return brought(post, post.rank ? `#${post.rank}` : "\u2013", told, () => explain(post.post_id));
}

function brought({ post_id: id, title }, place, told, does) {
  const called = title ?? "Not for everybody to see";
  return h(
    "li",
    { class: title === null ? "withheld" : "" },
    h("b", {}, place),
    h("span", { dir: "auto" }, called || "A post without a title"),
    h("small", {}, `${id} \u00b7 ${told}`),
    act("Why", does, { kind: "quiet small", "aria-label": `Why ${id}` }),
  );
}
