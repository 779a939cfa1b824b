// Reasons drawn as paths: the viewer at one end, the post at the other, a lane for each reason.
//
// Cytoscape.js draws them, and comes when the first is drawn. It hears a wheel or a finger only once
// the drawing was chosen (by a click, or the keyboard), so that nobody who scrolls past is held.

import { h } from "./dom.js";
import { drawIcons, looks } from "./graph_looks.js";
import { lanesOf, placed, sentenceOf } from "./lanes.js";

const NARROW = matchMedia("(max-width: 520px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const LARGEST = 1.1;
const STEP = 1.5;
const HINT = "A node that is pressed tells its name.";
const ARROWS = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };

/** The drawing of a post's reasons, or null where there is no path to draw. */
export function drawPaths(reasons, title) {
  const lanes = lanesOf(reasons);
  if (!lanes.length) return null;
  const sentences = lanes.map(sentenceOf);
  const label = `Paths that lead to ${title || "this post"}: ${sentences.join("; ")}.`;
  const place = h("div", { class: "paths", role: "img", "aria-label": label, tabindex: 0 });
  const list = h("ul", { class: "sr" }, ...sentences.map((each) => h("li", {}, each)));
  const said = h("p", { role: "status" }, HINT);
  const parts = { place, list, said, lanes, cy: null, scale: 1, lively: false, icons: h("canvas", { "aria-hidden": "true" }) };
  const button = (words, name, does) =>
    h("button", { type: "button", class: "button quiet small", "aria-label": name, on: { click: () => parts.cy && does(parts) } }, words);
  const under = h(
    "div",
    { class: "paths-under" },
    said,
    button("\u2212", "Farther", (given) => nearer(given, 1 / STEP)),
    button("+", "Nearer", (given) => nearer(given, STEP)),
    button("Whole", "The whole drawing", whole),
  );
  const figure = h("figure", { class: "drawing" }, place, under, list);
  // Its first size, another one, and none any more when its card has gone.
  new ResizeObserver(() => sized(parts)).observe(place);
  listen(figure, parts);
  return figure;
}

async function sized(parts) {
  const { place } = parts;
  if (!place.isConnected) return end(parts);
  if (!place.clientWidth) return undefined;
  const cytoscape = await library(parts);
  if (!cytoscape || !place.clientWidth) return undefined;
  if (!parts.cy) begin(parts, cytoscape);
  if (parts.width !== place.clientWidth) fit(parts);
  return undefined;
}

/** Comes once for all drawings; where it cannot be had, the paths are said in words. */
async function library({ list, place, said }) {
  try {
    await import("./cytoscape.min.js");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    list.classList.remove("sr");
    place.hidden = true;
    said.textContent = "The drawing did not load; these are the paths:";
    return null;
  }
  return globalThis.cytoscape;
}

function begin(parts, cytoscape) {
  const { place, icons, said } = parts;
  const cy = cytoscape({
    container: place, style: looks(place), autoungrabify: true, autounselectify: true,
    boxSelectionEnabled: false, userZoomingEnabled: false, userPanningEnabled: false,
  });
  parts.ended = new AbortController();
  parts.cy = cy;
  place.append(icons);
  cy.on("render", () => drawIcons(cy, icons, place));
  cy.on("tap", "node", ({ target }) => {
    cy.nodes().removeClass("told");
    target.addClass("told");
    said.textContent = spoken(target.data());
  });
  DARK.addEventListener("change", () => cy.style(looks(place)), parts.ended);
}

function end(parts) {
  parts.ended?.abort();
  parts.cy?.destroy();
  Object.assign(parts, { cy: null, ended: null, width: 0 });
}

function spoken({ name, told, kind, end: isEnd }) {
  if (isEnd) return told ? `${name}: ${told}` : name;
  return `${kind}: ${told || name}`;
}

/** Everything anew, as wide as there is room. */
function fit(parts) {
  const { cy, lanes, place } = parts;
  const { nodes, edges, box } = placed(lanes, NARROW.matches);
  parts.width = place.clientWidth;
  parts.scale = Math.min(LARGEST, parts.width / box.width);
  parts.box = box;
  place.style.height = `${Math.ceil(box.height * parts.scale)}px`;
  cy.elements().remove();
  cy.add([...nodes.map(asNode), ...edges.map((edge) => asEdge(edge, NARROW.matches))]);
  cy.resize();
  cy.minZoom(parts.scale).maxZoom(4 * parts.scale);
  whole(parts);
}

function whole({ cy, scale, box, width }) {
  cy.viewport({ zoom: scale, pan: { x: (width - box.width * scale) / 2 - box.x * scale, y: -box.y * scale } });
}

function nearer({ cy, scale, ...parts }, times) {
  const level = cy.zoom() * times;
  if (level <= scale) return whole({ cy, scale, ...parts });
  return cy.zoom({ level, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function asNode({ id, kind, name, told, lane, at, end: isEnd = false }) {
  const data = { id, kind, name, told, lane, end: isEnd, words: wrapped(name) };
  return { group: "nodes", data, position: at, pannable: true, classes: isEnd ? "end" : `lane-${lane}` };
}

function asEdge({ source, target, from, to, bends, at, word, faint, lane, share }, upright) {
  const [across, down] = [to.x - from.x, to.y - from.y];
  const long = Math.hypot(across, down);
  const offsets = bends.map(({ x, y }) => [x - from.x, y - from.y]);
  const data = {
    source, target, word, width: 1.5 + 3 * share,
    weights: offsets.map(([x, y]) => (x * across + y * down) / long ** 2),
    distances: offsets.map(([x, y]) => (y * across - x * down) / long),
    dx: at.x - (bends[0].x + bends[1].x) / 2,
    dy: at.y - (bends[0].y + bends[1].y) / 2 - (upright ? 1 : 11),
  };
  return { group: "edges", data, classes: `lane-${lane}${faint ? " faint" : ""}` };
}

/** A name on two lines of a few letters. */
function wrapped(name) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= 17 || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const cut = (line) => (line.length > 18 ? `${line.slice(0, 17)}\u2026` : line);
  return (lines.length > 2 ? [cut(lines[0]), cut(`${lines[1]}\u2026`)] : lines.map(cut)).join("\n");
}

/** Lively from a click or the keyboard on, until something else is chosen. */
function listen(figure, parts) {
  const { place } = parts;
  const become = (lively) => {
    parts.lively = lively;
    place.classList.toggle("lively", lively);
    parts.cy?.userZoomingEnabled(lively).userPanningEnabled(lively);
  };
  const elsewhere = ({ target }) => {
    if (figure.contains(target)) return;
    become(false);
    for (const kind of ["pointerdown", "focusin"]) document.removeEventListener(kind, elsewhere);
  };
  place.addEventListener("focus", () => {
    become(true);
    for (const kind of ["pointerdown", "focusin"]) document.addEventListener(kind, elsewhere);
  });
  // Cytoscape takes the focus away when it is pressed.
  place.addEventListener("click", () => place.focus({ preventScroll: true }));
  place.addEventListener("keydown", (event) => {
    const by = ARROWS[event.key];
    if (!by || !parts.cy || parts.cy.zoom() <= parts.scale) return;
    event.preventDefault();
    parts.cy.panBy({ x: by[0], y: by[1] });
  });
  // A finger scrolls the page, unless there is more of the drawing than is seen.
  const kept = (event) => {
    if (!parts.lively || parts.cy?.zoom() <= parts.scale) event.stopPropagation();
  };
  figure.addEventListener("touchstart", kept, { capture: true, passive: true });
}
