// An evaluation, as report.json tells it: models side by side, what lists are like, calibration.

import { get } from "./api.js";
import { bar, number, reliability, table, whole } from "./desk_charts.js";
import { h } from "./dom.js";
import { empty } from "./parts.js";
import { moment } from "./words.js";

const NONE =
  "No evaluation lies there: resonance evaluate FOLDER --out .data/evaluation writes one (RESONANCE_EVALUATION names another folder).";
const FIRST = "ndcg@10";
const SAID = { coverage: "posts reached", novelty: "novelty, in bits", gini_authors: "authors\u2019 share, 0 equal to 1 one has all" };

export async function evaluation() {
  const { evaluation: told } = await get("/desk/evaluation");
  if (!told) return [empty(NONE)];
  const { data, models, lists, ablation, calibration_error: error, reliability: bins } = told.report;
  const about = Object.entries(data ?? {}).filter(([, value]) => typeof value !== "object");
  return [
    h("p", {}, `Written ${moment(told.written_at)}; ${about.map(said).join(", ")}.`),
    compared("Models", models),
    compared("What the full model is without a part", ablation),
    listsOf(lists),
    calibrated(error, bins),
  ];
}

/** A fact of the data; it is cut at a time, where it is cut by time. */
function said([name, value]) {
  const told = typeof value !== "number" ? value : name === "cut" ? moment(value) : whole(value);
  return `${name.replaceAll("_", " ")}: ${told}`;
}

/** Every metric of every model, the chosen one drawn too. */
function compared(caption, models) {
  const names = Object.keys(models ?? {});
  if (!names.length) return null;
  const metrics = Object.keys(models[names[0]]);
  const place = h("div", {});
  const show = (metric) => {
    const most = Math.max(...names.map((name) => models[name][metric].mean));
    place.replaceChildren(table(
      `${caption}, by ${metric}`,
      ["model", metric, "", ...metrics.filter((each) => each !== metric)],
      names.map((name) => {
        const found = models[name];
        const others = metrics.filter((each) => each !== metric).map((each) => number(found[each]?.mean));
        return [name, number(found[metric].mean), bar(found[metric].mean, most), ...others];
      }),
    ));
  };
  const options = metrics.map((each) => h("option", { value: each }, each));
  const choice = h("select", { on: { change: () => show(choice.value) } }, ...options);
  choice.value = metrics.includes(FIRST) ? FIRST : metrics[0];
  show(choice.value);
  return h("section", {}, h("h3", {}, caption), h("label", { class: "by" }, "Drawn: ", choice), place);
}

function listsOf(lists) {
  const names = Object.keys(lists ?? {});
  if (!names.length) return null;
  const kinds = Object.keys(lists[names[0]]);
  const head = (kind) => {
    const [name, cut] = kind.split("@");
    return `${SAID[name] ?? name} (first ${cut})`;
  };
  const rows = names.map((name) => [name, ...kinds.map((kind) => number(lists[name][kind].mean))]);
  return h("section", {}, h("h3", {}, "What the lists are like"), table("What the lists are like", ["model", ...kinds.map(head)], rows));
}

function calibrated(error, bins) {
  if (!bins?.length) return null;
  const words = `Predicted against observed probability; they are ${number(error)} apart on the mean.`;
  return h(
    "section",
    {},
    h("h3", {}, "Calibration"),
    h("p", {}, words),
    h(
      "div",
      { class: "beside" },
      reliability(bins, words),
      table("Predicted and observed", ["predicted", "observed", "pairs"], bins.map(([predicted, seen, pairs]) => [number(predicted), number(seen), whole(pairs)])),
    ),
  );
}
