// The operator's desk: a key, and the parts that it opens.

import { get } from "./api.js";
import { arrives } from "./arriving.js";
import { hear } from "./changes.js";
import { evaluation } from "./desk_evaluation.js";
import { graph } from "./desk_graph.js";
import { models } from "./desk_models.js";
import { startSources } from "./desk_sources.js";
import { times } from "./desk_times.js";
import { byId } from "./dom.js";
import { act, empty, oneField } from "./parts.js";
import { say } from "./say.js";
import { become, begin, handedOver, isKnown } from "./session.js";

const PARTS = { graph, times, models, evaluation };
const ASKING =
  "An operator\u2019s key opens the desk: resonance keys add NAME --role operator prints one. An open server prints an address with one as it starts. It stays in this tab, and ends with it.";

const filling = Object.entries(PARTS).map(([name, part]) => fill(name, part));

function fill(name, read) {
  const place = byId(name).querySelector(".place");
  const arrive = arrives(() => place, () => read(arrive));
  return arrive;
}

/** Opens the desk where the key is an operator's, and asks for one where not. */
async function enter() {
  const typed = byId("enter").contains(document.activeElement);
  if (!isKnown()) return ask();
  try {
    await get("/desk/times");
  } catch (error) {
    if (error.status === undefined) throw error;
    return ask(error.message);
  }
  byId("enter").replaceChildren(act("Forget my key", () => become(null), { kind: "quiet small" }));
  byId("parts").hidden = false;
  if (typed) byId("parts").focus();
  say("The desk is open.", { quiet: true });
  for (const arrive of filling) arrive();
}

function ask(refused = null) {
  const again = byId("enter").contains(document.activeElement);
  byId("parts").hidden = true;
  for (const place of document.querySelectorAll(".place")) place.replaceChildren();
  const form = oneField({ label: "An operator\u2019s key", button: "Open the desk", does: become, type: "password" });
  byId("enter").replaceChildren(empty(refused ? `${refused} ${ASKING}` : ASKING), form);
  if (again) form.querySelector("input").focus();
  if (refused) say(refused, { quiet: true });
}

hear("viewer", enter);
hear("unproven", ({ message }) => ask(message));
window.addEventListener("hashchange", () => {
  const given = handedOver();
  if (given) become(given);
});

begin();
startSources(byId("whose"), byId("sources").querySelector(".place"));
enter();
