// Why a post is here: in words, and on demand as the paths in the graph.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { act } from "./parts.js";
import { drawPaths } from "./paths.js";
import { say } from "./say.js";

/** The first reason as a sentence; opened, all of them, their shares, and the drawing. */
export function whyOf({ reasons, title }) {
  const inside = h("div", { class: "why-inside", hidden: true });
  const button = h(
    "button",
    { type: "button", class: "why-button", "aria-expanded": "false" },
    icon("way"),
    h("span", {}, reasons[0].sentence),
    icon("down"),
  );
  button.addEventListener("click", () => {
    inside.hidden = !inside.hidden;
    button.setAttribute("aria-expanded", String(!inside.hidden));
    if (!inside.childElementCount) inside.append(...explained(reasons, title));
  });
  return h("div", { class: "why" }, button, inside);
}

function explained(reasons, title) {
  return [
    drawPaths(reasons, title),
    h("ol", { class: "reasons" }, ...reasons.map(reasonRow)),
  ].filter(Boolean);
}

function reasonRow(reason, place) {
  const percent = Math.round(reason.share * 100);
  return h(
    "li",
    { class: `lane-${place}` },
    h("span", { class: "reason-words" }, reason.sentence),
    h("span", { class: "share" }, `${percent} %`),
    h("meter", { min: 0, max: 1, value: reason.share, "aria-label": `${percent} % of the reasons` }),
    reason.cypher && act("Copy its query", () => copy(reason.cypher), { kind: "quiet small" }),
  );
}

// With its parameters put in: of several statements pasted at once, `:param` among them, Neo4j
// Browser draws none. What JSON makes of a text is a text of Cypher, too.
async function copy({ text, parameters }) {
  const whole = text.replace(/\$(\w+)/g, (_, name) => JSON.stringify(parameters[name]));
  // Only there where the page came by https, or from this machine.
  if (!navigator.clipboard) return say("The browser lets this page copy nothing.");
  await navigator.clipboard.writeText(whole);
  return say("The query is copied, for Neo4j Browser.");
}
