// How a drawn graph looks: the page's colours and words, read off its style sheet.

import { linesOf } from "./icons.js";

const FONT = "system-ui, -apple-system, \"Segoe UI\", Roboto, sans-serif";
const SIDE = 20;

/** Cytoscape's style sheet, from what the page's says where `place` is. */
export function looks(place) {
  const { ink, paper, soft, lanes } = colours(place);
  return [
    {
      selector: "node",
      style: {
        width: 40, height: 40, "background-color": paper, "border-width": 2, "border-color": soft,
        label: "data(words)", color: ink, "font-family": FONT, "font-size": 12, "line-height": 1.1,
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 1000,
        "text-outline-color": paper, "text-outline-width": 3, "overlay-opacity": 0,
      },
    },
    { selector: "node.end", style: { "background-color": ink, "border-color": ink, "font-weight": 700 } },
    {
      selector: "edge",
      style: {
        "curve-style": "unbundled-bezier", "edge-distances": "node-position", width: "data(width)",
        "control-point-weights": "data(weights)", "control-point-distances": "data(distances)",
        label: "data(word)", color: soft, "font-family": FONT, "font-size": 11,
        "text-margin-x": "data(dx)", "text-margin-y": "data(dy)", events: "no",
        "text-outline-color": paper, "text-outline-width": 3, "overlay-opacity": 0,
      },
    },
    { selector: "edge.faint", style: { "line-style": "dashed", "line-dash-pattern": [5, 5] } },
    ...lanes.flatMap((colour, number) => [
      { selector: `node.lane-${number}`, style: { "border-color": colour } },
      { selector: `edge.lane-${number}`, style: { "line-color": colour } },
    ]),
    { selector: "node.told", style: { "border-width": 5 } },
  ];
}

function colours(place) {
  const style = getComputedStyle(place);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const [ink, paper, soft] = ["ink", "paper", "soft"].map(read);
  return { ink, paper, soft, lanes: [0, 1, 2].map((number) => read(`lane-${number}`)) };
}

/** Draws each node's icon over it, on a canvas of its own: pictures may come from no data (the
 * page's policy), and Cytoscape takes icons as pictures alone. */
export function drawIcons(cy, canvas, place) {
  const { paper, lanes, soft } = colours(place);
  const ratio = devicePixelRatio || 1;
  const [width, height] = [cy.width() * ratio, cy.height() * ratio].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, width, height);
  const scale = (ratio * cy.zoom() * SIDE) / 24;
  cy.nodes().forEach((node) => {
    const { x, y } = node.renderedPosition();
    pen.setTransform(scale, 0, 0, scale, x * ratio - 12 * scale, y * ratio - 12 * scale);
    Object.assign(pen, { lineWidth: 2, lineCap: "round", lineJoin: "round" });
    pen.strokeStyle = node.data("end") ? paper : lanes[node.data("lane")] ?? soft;
    pen.stroke(new Path2D(linesOf(node.data("kind"))));
  });
}
