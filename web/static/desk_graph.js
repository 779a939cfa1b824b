// What is in the graph: how much, since when, and what the last load did.

import { get } from "./api.js";
import { columns, table, whole } from "./desk_charts.js";
import { h } from "./dom.js";
import { act, empty } from "./parts.js";
import { ago, moment, plural } from "./words.js";

/** Of the kinds of rows, those that are nodes; all others are edges. */
const NODES = new Set([
  "users", "posts", "tags", "categories", "moods", "topics", "groups", "events", "words", "comments",
]);
const ROWS = ["read", "new", "changed", "unchanged", "gone", "refused"];
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });

export async function graph(again) {
  const { engine, schema, counted_at: at, rows, growth, stretch, load, loads } = await get("/desk/graph");
  const [nodes, edges] = [true, false].map((wanted) =>
    Object.entries(rows).filter(([kind, count]) => count && NODES.has(kind) === wanted),
  );
  const told = ([kind, count]) => [kind.replaceAll("_", " "), whole(count)];
  return [
    h("p", {}, `${engine}, schema ${schema}; counted ${ago(at)}. `, act("Count again", again, { kind: "quiet small" })),
    h("div", { class: "beside" }, table("Nodes", ["kind", "rows"], nodes.map(told)), table("Edges", ["kind", "rows"], edges.map(told))),
    h("h3", {}, "When it came to be"),
    growing(growth, stretch),
    h("h3", {}, "The last load"),
    ...(load ? loaded(load) : [empty("No report of a load lies there.")]),
    ...(loads.length ? [h("h3", {}, "Loads until now"), history(loads)] : []),
  ];
}

function growing(growth, stretch) {
  const kinds = Object.entries(growth);
  if (!kinds.length) return empty("Nothing in this graph bears a time.");
  return h("div", { class: "growths" }, ...kinds.map(([kind, stretches]) => grown(kind, stretches, stretch)));
}

function grown(kind, stretches, stretch) {
  const sum = stretches.reduce((all, each) => all + each.rows, 0);
  const most = stretches.reduce((best, each) => (each.rows > best.rows ? each : best));
  const [first, last, peak] = [stretches[0], stretches.at(-1), most].map((each) => MONTH.format(each.from * 1000));
  const words = `${kind}: ${whole(sum)} from ${first} to ${last}, most around ${peak} (${whole(most.rows)})`;
  return h(
    "figure",
    {},
    columns(stretches, stretch, words),
    h("figcaption", {}, h("strong", {}, kind), h("small", {}, `${whole(sum)}, ${first}\u2013${last}`)),
  );
}

function history(loads) {
  const what = ({ source, by, at }) => h("span", {}, source, h("small", {}, `${moment(at)}, by ${by}`));
  const line = (each) => [what(each), ...ROWS.map((name) => whole(each[name]))];
  return table("Loads, the latest first", ["load", ...ROWS], loads.map(line));
}

/** The first few rows, as a report of this version has them. */
function such(examples, count) {
  return examples?.length ? `: ${examples.join(", ")}${count > examples.length ? ", \u2026" : ""}` : "";
}

function loaded({ written_at: at, report }) {
  const kinds = Object.entries(report.kinds ?? {});
  const rows = kinds.map(([kind, counts]) => [kind.replaceAll("_", " "), ...ROWS.map((name) => whole(counts[name]))]);
  const refused = (report.refused ?? []).map(({ kind, reason, rows: count, examples }) => `${plural(count, "row")} of ${kind} refused: ${reason}${such(examples, count)}`);
  const mended = Object.entries(report.mended ?? {}).map(([what, count]) => `${whole(count)} mended: ${what}`);
  return [
    h("p", {}, `Written ${moment(at)}.`),
    table("Rows of the last load", ["kind", ...ROWS], rows),
    refused.length + mended.length > 0 && h("ul", { class: "plain" }, ...[...refused, ...mended].map((each) => h("li", {}, each))),
  ];
}
