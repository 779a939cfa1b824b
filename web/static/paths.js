// Reasons drawn as paths: the viewer at one end, the post at the other, a lane for each reason.
//
// A library of graphs (Cytoscape.js: 400 KB, a canvas that no screen reader reads) would have to
// be told where to put these few nodes anyway; SVG follows the page's colours and prints.

import { svg } from "./dom.js";
import { icon } from "./icons.js";

const NARROW = 520;
const RADIUS = 20;
const EDGES = {
  FRIEND: "friend",
  INTERESTED_IN: "interested in",
  TAGGED: "tagged",
  SIMILAR: "alike",
  AUTHORED: "wrote",
  MEMBER_OF: "member",
  POSTED_IN: "posted in",
  IN_CATEGORY: "in",
  ABOUT: "about",
  TOP: "at the top",
};
const RESPONDED = "responded";
/** What is said where the answer gives no query: the path is not for the viewer to know. */
const UNTOLD = {
  near: "people of like taste",
  nearest: "your taste, as learnt",
  friends_engaged: "people you know",
};
const ASKED = { mood: "your mood", tag: "you asked", category: "you asked", project: "you asked" };

/** The drawing of a post's reasons, or null where there is no path to draw. */
export function drawPaths(reasons, title) {
  const lanes = reasons.map(lane).filter((each) => each.steps.length > 0);
  if (!lanes.length) return null;
  const upright = matchMedia(`(max-width: ${NARROW}px)`).matches;
  const most = Math.max(...lanes.map((each) => each.nodes.length));
  const placed = upright
    ? places(lanes, 116, 120 + (most + 1) * 122, 122)
    : places(lanes, 96, 570, 180);
  const box = upright ? [-16, 0, placed.across + 32, placed.along] : [0, 0, placed.along, placed.across];
  const turn = ([along, across]) => (upright ? [across, along] : [along, across]);
  const sentence = reasons.map((each) => each.path.map((node) => node.name || "you").join(" to "));
  return svg(
    "svg",
    {
      class: "paths", viewBox: box.join(" "), role: "img",
      "aria-label": `Paths that lead to ${title || "this post"}: ${sentence.join("; ")}.`,
    },
    ...placed.edges.map((edge) => drawEdge(edge, turn)),
    ...placed.nodes.map((node) => drawNode(node, turn(node.at))),
    ...placed.edges.map((edge) => drawLabel(edge, turn, upright)),
  );
}

/** Its nodes between the two ends, and what leads from one to the next. */
function lane(reason, number) {
  const path = reason.path.slice(0, -1);
  const isMine = path[0]?.kind === "user";
  const nodes = isMine ? path.slice(1) : path;
  const steps = told(reason, path.length);
  const asked = ASKED[reason.source];
  if (!isMine && asked) steps.unshift({ word: asked, faint: true });
  return { nodes, steps, number, share: reason.share, fromMe: isMine || Boolean(asked), post: reason.path.at(-1) };
}

/** The edges of the path, as the query that draws it in Neo4j Browser names them. */
function told(reason, count) {
  const query = reason.cypher?.text ?? "";
  const kinds = [...query.matchAll(/(<?)-\[:([A-Z_|]+)\]/g)];
  if (kinds.length !== count) {
    return Array.from({ length: count }, () => ({ word: UNTOLD[reason.source] ?? "", faint: true }));
  }
  return kinds.map(([, , kind]) => ({ word: EDGES[kind] ?? RESPONDED, faint: false }));
}

/** Where everything stands: along the way from the viewer to the post, and across it.
 *
 * Where no path begins with the viewer, that end (`least` of the way) is cut off. */
function places(lanes, apart, whole, least) {
  const across = Math.max(lanes.length * apart, 116);
  const cut = lanes.some((each) => each.fromMe) ? 0 : least;
  const along = whole - cut;
  const [first, last] = [[50 - cut, across / 2 - 12], [along - 62, across / 2 - 12]];
  const nodes = [{ node: lanes[0].post, at: last, name: "This post", end: true }];
  const edges = [];
  if (!cut) {
    nodes.push({ node: { kind: "user" }, at: first, name: "You", end: true });
  }
  lanes.forEach((each, row) => {
    const y = across / 2 + (row - (lanes.length - 1) / 2) * apart - 12;
    const between = each.nodes.map((_, place) => [
      first[0] + ((place + 1) * (last[0] - first[0])) / (each.nodes.length + 1), y,
    ]);
    each.nodes.forEach((node, place) => nodes.push({ node, at: between[place], name: node.name, lane: each.number }));
    const stops = [...(each.fromMe ? [first] : []), ...between, last];
    each.steps.forEach((told, place) => {
      const [from, to] = stops.slice(place, place + 2);
      const bends = stops.length === 2 ? [y, y] : [from[1], to[1]];
      const half = (from[0] + to[0]) / 2;
      const curve = [from, [half, bends[0]], [half, bends[1]], to];
      edges.push({ curve, first, last, told, row, lane: each.number, share: each.share });
    });
  });
  return { nodes, edges, along, across };
}

function drawEdge({ curve, told, lane, share }, turn) {
  const [start, one, two, end] = curve.map((each) => turn(each).join(" "));
  const kind = `edge lane-${lane}${told.faint ? " faint" : ""}`;
  const width = 1.5 + 3 * share;
  return svg("path", { d: `M${start} C${one} ${two} ${end}`, class: kind, "stroke-width": width });
}

/** A word on its edge, away from the ends, where lanes meet. Upright, one lane's word would run into
 * the next one's, did they not stand at different heights. */
function drawLabel({ curve, first, last, told, row }, turn, upright) {
  const [out, into] = upright ? [0.62, 0.56] : [0.55, 0.45];
  const [starts, ends] = [curve[0] === first, curve[3] === last];
  const whole = upright && row % 2 ? 0.42 : 0.56;
  const [x, y] = turn(pointOf(curve, starts === ends ? whole : starts ? out : into));
  return svg("text", { x, y: y + (upright ? 3 : -7), class: "edge-word" }, told.word);
}

/** A point of a cubic Bézier curve, `t` of the way. */
function pointOf([from, one, two, to], t) {
  const back = 1 - t;
  const parts = [back ** 3, 3 * back ** 2 * t, 3 * back * t ** 2, t ** 3];
  return [0, 1].map((axis) => [from, one, two, to].reduce((sum, each, place) => sum + parts[place] * each[axis], 0));
}

function drawNode({ node, name, lane, end }, [x, y]) {
  const drawn = icon(node.kind);
  for (const [attribute, value] of Object.entries({ x: x - 10, y: y - 10, width: 20, height: 20 })) {
    drawn.setAttribute(attribute, value);
  }
  const kind = `node ${end ? "end" : `lane-${lane}`}`;
  const lines = wrapped(name || node.kind);
  return svg(
    "g",
    { class: kind },
    svg("circle", { cx: x, cy: y, r: RADIUS }),
    drawn,
    ...lines.map((line, place) => svg("text", { x, y: y + RADIUS + 14 + place * 13 }, line)),
  );
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
  return lines.length > 2 ? [cut(lines[0]), cut(`${lines[1]}\u2026`)] : lines.map(cut);
}
