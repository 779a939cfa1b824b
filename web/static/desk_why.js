// Why a post is in somebody's feed, or is not: what the pipeline itself says of it.

import { get } from "./api.js";
import { bar, number, table } from "./desk_charts.js";
import { meaning } from "./desk_words.js";
import { h } from "./dom.js";
import { empty } from "./parts.js";

/** Elements that say it; `reasons` are those of the feed's own entry, where it has one. */
export async function whyOf(asked, post, reasons) {
  let told;
  try {
    told = await get("/explain", { ...asked, post });
  } catch (error) {
    if (![400, 404].includes(error.status)) throw error;
    return [h("h3", {}, `Why ${post}`), empty(error.message)];
  }
  return [
    h("h3", {}, `Why ${told.post_id}`),
    h("p", { class: "verdict" }, verdict(told)),
    told.hidden.length === 0 && h("p", {}, places(told)),
    told.found_by.length > 0 && h("p", {}, `Found by ${told.found_by.join(", ")}.`),
    ...(reasons.length ? [h("h4", {}, "Its reasons, as paths in the graph"), h("ol", { class: "plain" }, ...reasons.map(way))] : []),
    told.gains && gained(told.gains),
  ].filter(Boolean);
}

function verdict({ hidden, left_out: out, rank, shown, ranked, found_by: sources }) {
  if (hidden.length) return `Hidden from them: ${hidden.join("; ")}.`;
  if (rank && rank <= shown) return `On the first page, at place ${rank}.`;
  if (rank) return `Not on the first page: at place ${rank} of the ${ranked} that were ranked first.`;
  if (out.length) return `Left out of this feed: ${out.join("; ")}.`;
  if (!sources.length) return "No source found it.";
  return `Not among the ${ranked} that were ranked first.`;
}

function places({ rank_by_score: alone, score, last_shown_score: shown, last_score: last, ranked }) {
  return [
    `Its score is ${number(score)}`,
    shown !== null && `the last post of the first page has ${number(shown)}`,
    last !== null && `the last of the ${ranked} has ${number(last)}`,
    alone && `by scores alone it would stand at place ${alone}`,
  ].filter(Boolean).join("; ").concat(".");
}

function gained(gains) {
  const parts = Object.entries(gains).sort(([, one], [, two]) => Math.abs(two) - Math.abs(one));
  const most = Math.max(0, ...parts.map(([, gain]) => Math.abs(gain)));
  const rows = parts.map(([part, gain]) => [named(part), number(gain), bar(gain, most, gain < 0 ? "against" : "")]);
  return rows.length ? table("What each part adds to the log-odds of its score", ["part", "adds", ""], rows) : null;
}

const named = (part) => h("span", {}, part, h("small", {}, meaning(part)));

function way({ source, share, path }) {
  const steps = path.map(({ kind, id }) => [kind, id].filter(Boolean).join(" ")).join(" \u2192 ");
  return h("li", {}, h("strong", {}, source), ` ${Math.round(share * 100)} %: ${steps}`);
}
