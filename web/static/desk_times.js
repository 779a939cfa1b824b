// How long sources and routes take, and what is left out of answers.

import { get } from "./api.js";
import { bar, ms, table, whole } from "./desk_charts.js";
import { meaning } from "./desk_words.js";
import { h } from "./dom.js";
import { act, empty } from "./parts.js";
import { plural } from "./words.js";

const TIMES = ["asked", "mean", "half within", "95 % within"];

export async function times(again) {
  const { sources, routes, waiting, streams } = await get("/desk/times");
  const lacking = sources.filter((each) => each.left_out);
  const slowest = Math.max(0, ...sources.map((each) => each.p95_ms ?? 0));
  const queue = Object.entries(waiting).map(([turn, count]) => `${count} wait to ${turn}`);
  return [
    h("p", {}, [plural(streams, "stream"), ...queue].join(", "), ". ", act("Look again", again, { kind: "quiet small" })),
    lacking.length
      ? h("p", { class: "note" }, `Left out of answers: ${lacking.map((each) => `${each.source} (${whole(each.left_out)})`).join(", ")}.`)
      : empty("No answer lacked a source."),
    sources.length
      ? table("Sources of the feed", ["source", ...TIMES, "", "left out"], sources.map((each) => [
        h("span", {}, each.source, h("small", {}, meaning(each.source))), ...told(each), bar(each.p95_ms ?? 0, slowest), whole(each.left_out),
      ]))
      : empty("Nobody asked for a feed yet."),
    table("Routes, those first on which most time went", ["route", ...TIMES, "failed"], routes.map((each) => [
      each.rule ? `${each.method} ${each.rule}` : "no such address", ...told(each), whole(each.failed),
    ])),
  ];
}

const told = (each) => [whole(each.asked), ms(each.mean_ms), ms(each.p50_ms), ms(each.p95_ms)];
