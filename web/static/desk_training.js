// What a training found of itself on valid, one beside another if one likes: plots and their numbers.

import { bar, curve, lines, number, reliability, table, whole } from "./desk_charts.js";
import { h } from "./dom.js";
import { empty } from "./parts.js";

const JUDGED =
  "Each was judged on the links that it held out, by its decoder as it was before it learnt from those too; popularity beside it. resonance evaluate judges more strictly.";
const OLDER = "This training is from before trainings kept an evaluation of themselves: the next one has it.";
const UNREAD = "What this training found of itself cannot be read.";
const KINDS = { coverage: "posts reached", novelty: "novelty, in bits", gini_authors: "authors\u2019 share" };
const LISTS = "Lists: the first ten posts of everybody. Authors\u2019 share: 0, all have the same, to 1, one has all.";
const MINE = "resonance";
const OTHER = "popularity";
/** Which were chosen last, by name; what is read anew leaves that as it is. */
const chosen = { one: null, other: null };

/** A choice of one training, or of two beside each other, and their plots. */
export function evaluations(trainings, ranks) {
  const names = trainings.map((each) => each.name).toReversed();
  if (!names.includes(chosen.one)) chosen.one = names.includes(ranks) ? ranks : names[0];
  if (!names.includes(chosen.other)) chosen.other = null;
  const place = h("div", { class: "trainings" });
  const show = () => {
    const wanted = [...new Set([chosen.one, chosen.other])].filter(Boolean);
    place.replaceChildren(...wanted.map((name) => plotted(trainings.find((each) => each.name === name))));
  };
  const choice = (label, which, options) => {
    const made = options.map(([value, words]) => h("option", { value }, words));
    const select = h("select", { on: { change: () => { chosen[which] = select.value || null; show(); } } }, ...made);
    select.value = chosen[which] ?? "";
    return h("label", { class: "by" }, `${label}: `, select);
  };
  const all = names.map((name) => [name, name]);
  show();
  return h(
    "section",
    {},
    h("h3", {}, "What a training found of itself"),
    h("p", { class: "empty" }, JUDGED),
    h("div", { class: "choices" }, choice("Training", "one", all), names.length > 1 && choice("beside it", "other", [["", "no other"], ...all])),
    place,
  );
}

function plotted({ name, usable, evaluation, losses, best_epoch: best }) {
  const head = h("h4", {}, name);
  if (!evaluation) return h("article", {}, head, empty(usable ? OLDER : UNREAD), learnt(name, losses, best));
  return h(
    "article",
    {},
    head,
    quality(name, evaluation),
    h("p", { class: "empty" }, `Of ${whole(evaluation.judged_users)} of ${whole(evaluation.users_to_judge)} people with later links. ${LISTS}`),
    calibrated(name, evaluation),
    byDegree(name, evaluation.recall_by_degree),
    learnt(name, losses, best),
  );
}

/** NDCG, which posts the lists reach, and how authors share in them. */
function quality(name, { lists, "ndcg@10": ndcg }) {
  const kinds = Object.keys(lists[MINE]);
  const rows = [
    ["NDCG@10", ndcg[MINE], ndcg[OTHER]],
    ...kinds.map((kind) => [KINDS[kind.split("@")[0]] ?? kind, lists[MINE][kind], lists[OTHER][kind]]),
  ];
  return table(
    `How good ${name} is, and what its lists are like`,
    ["", "", "training", OTHER],
    rows.map(([what, mine, other]) => {
      const most = Math.max(mine, other);
      return [what, [bar(mine, most), bar(other, most, "other")], number(mine), number(other)];
    }),
  );
}

function calibrated(name, { reliability: bins, calibration_error: error }) {
  if (!bins.length) return empty("Nothing could be held out inside train: nothing is known of its calibration.");
  const words = `Predicted and observed probability of ${name}: ${number(error)} apart on the mean`;
  const rows = bins.map(([predicted, seen, pairs]) => [number(predicted), number(seen), whole(pairs)]);
  return h(
    "figure",
    {},
    h("figcaption", {}, h("b", {}, "Calibration"), ` predicted (across) and observed (up) are ${number(error)} apart on the mean.`),
    h("div", { class: "beside" }, reliability(bins, words), table(`Bins of pairs, ${name}`, ["predicted", "observed", "pairs"], rows)),
  );
}

function byDegree(name, { metric, links, users, models }) {
  const rows = links.map((each, place) => [
    number(each), whole(users[place]), number(models[MINE][place]), number(models[OTHER][place]),
  ]);
  const words = `${metric} of ${name} and of popularity by how much people did before: ${models[MINE].map(number).join(", ")}`;
  return h(
    "figure",
    {},
    h("figcaption", {}, h("b", {}, `${metric} by history`), " of people who did little before (left) to much; dashed: popularity."),
    h(
      "div",
      { class: "beside" },
      lines([models[MINE], models[OTHER]], words),
      table(`By history, ${name}`, ["links before", "people", "training", OTHER], rows),
    ),
  );
}

/** The loss by epoch; null of a training that kept none. */
function learnt(name, losses, best) {
  if (!losses.length) return null;
  return h(
    "figure",
    {},
    h("figcaption", {}, h("b", {}, "Loss by epoch"), ` from ${number(losses[0])} to ${number(losses.at(-1))}; epoch ${best} is kept.`),
    curve(losses, best, `How ${name} learnt over ${losses.length} epochs`),
  );
}
