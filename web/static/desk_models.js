// The trainings that are kept; one of them is served from the next start on.

import { at, get, put, remove } from "./api.js";
import { bar, curve, number, table, whole } from "./desk_charts.js";
import { evaluations } from "./desk_training.js";
import { h } from "./dom.js";
import { actTwice, empty } from "./parts.js";
import { say } from "./say.js";
import { moment } from "./words.js";

const UNUSABLE =
  "An unusable training is damaged, or was made by another version of Resonance: resonance models list says which. Training again makes one that can be served.";

export async function models(again) {
  const told = await get("/desk/models");
  if (!told.models.length) return [empty("There is no training yet: resonance train makes one.")];
  const served = told.models.find((each) => each.served);
  const metrics = [...new Set(told.models.flatMap((each) => Object.keys(each.valid)))];
  const [first, ...others] = metrics;
  const best = Math.max(0, ...told.models.map((each) => each.valid[first] ?? 0));
  return [
    served && served.name !== told.ranks && h("p", { class: "note" }, `${served.name} is served from the next start on.`),
    told.models.some((each) => !each.usable) && h("p", { class: "note" }, UNUSABLE),
    table(
      "Trainings, the latest first",
      ["training", "users", "posts", "links", ...heads(first), ...others.map(onValid), "loss by epoch", ""],
      told.models.toReversed().map((each) => [
        h("span", {}, each.name, each.created_at && h("small", {}, moment(each.created_at)), standing(each)),
        ...[each.users, each.posts, each.links].map(whole),
        ...(first ? [number(each.valid[first]), bar(each.valid[first] ?? 0, best)] : []),
        ...others.map((metric) => number(each.valid[metric])),
        learning(each),
        can(each, told, again),
      ]),
    ),
    evaluations(told.models, told.ranks),
  ];
}

const onValid = (metric) => `${metric} on valid`;
/** Of the metric that is drawn, and of its bar; none where no training has any. */
const heads = (first) => (first ? [onValid(first), ""] : []);

function standing({ ranks, served, usable }) {
  const words = [ranks && "ranks now", served && "served", !usable && "unusable"].filter(Boolean);
  return words.length > 0 && h("span", { class: "mark" }, words.join(", "));
}

function learning({ losses, best_epoch: best }) {
  if (!losses.length) return number(null);
  const [first, last] = [losses[0], losses.at(-1)].map(number);
  return curve(losses, best, `Loss over ${losses.length} epochs: from ${first} to ${last}; epoch ${best} is kept`);
}

function can({ name, served, usable }, { before }, again) {
  const path = at`/desk/models/served/${name}`;
  const done = async (change, sentence) => {
    await change(path);
    say(sentence);
    await again();
  };
  if (!served && !usable) return "";
  if (!served) {
    const does = () => done(put, `${name} is served from the next start on.`);
    return actTwice("Promote", "Really promote?", does, { kind: "small", "aria-label": `Promote ${name}` });
  }
  if (!before) return "";
  const does = () => done(remove, `${before} is served from the next start on.`);
  return actTwice("Roll back", "Really roll back?", does, { kind: "small", "aria-label": `Roll back to ${before}` });
}
