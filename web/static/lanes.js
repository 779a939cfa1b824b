// Reasons as lanes from the viewer to the post: what is in each, and where it stands.

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
const [MINE, THIS] = ["You", "This post"];

/** The reasons that have a path to draw, as lanes. */
export function lanesOf(reasons) {
  return reasons.map(lane).filter((each) => each.steps.length > 0);
}

/** A lane as a sentence: what leads from one to the next. */
export function sentenceOf({ nodes, steps, fromMe, post }) {
  const stops = [...(fromMe ? ["you"] : []), ...nodes.map((each) => each.name || each.kind), post.name || "this post"];
  return stops.map((stop, place) => [place > 0 && steps[place - 1]?.word, stop].filter(Boolean).join(" \u2013 ")).join(" \u2013 ");
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

/** Nodes, edges and the box that they are in, from left to right or, upright, from above. */
export function placed(lanes, upright) {
  const most = Math.max(...lanes.map((each) => each.nodes.length));
  const made = upright ? along(lanes, 116, 120 + (most + 1) * 122, 122) : along(lanes, 96, 570, 180);
  const turn = ([x, y]) => (upright ? { x: y, y: x } : { x, y });
  return {
    nodes: made.nodes.map(({ at, ...node }) => ({ ...node, at: turn(at) })),
    edges: made.edges.map(({ from, to, bends, ...edge }) => {
      const word = wordAt(edge, [from, ...bends, to], upright);
      return { ...edge, from: turn(from), to: turn(to), bends: bends.map(turn), at: turn(word) };
    }),
    box: upright
      ? { x: -16, y: 0, width: made.across + 32, height: made.along }
      : { x: 0, y: 0, width: made.along, height: made.across },
  };
}

/** Where everything stands: along the way from the viewer to the post, and across it.
 *
 * Where no path begins with the viewer, that end (`least` of the way) is cut off. */
function along(lanes, apart, whole, least) {
  const across = Math.max(lanes.length * apart, 116);
  const cut = lanes.some((each) => each.fromMe) ? 0 : least;
  const long = whole - cut;
  const [first, last] = [[50 - cut, across / 2 - 12], [long - 62, across / 2 - 12]];
  const nodes = [{ id: "post", kind: lanes[0].post.kind, told: lanes[0].post.name, name: THIS, at: last, end: true }];
  const edges = [];
  if (!cut) nodes.push({ id: "me", kind: "user", told: "", name: MINE, at: first, end: true });
  lanes.forEach((each, row) => {
    const y = across / 2 + (row - (lanes.length - 1) / 2) * apart - 12;
    const between = each.nodes.map((node, place) => {
      const x = first[0] + ((place + 1) * (last[0] - first[0])) / (each.nodes.length + 1);
      return { id: `${row}.${place}`, kind: node.kind, told: node.name, name: node.name || node.kind, at: [x, y], lane: each.number };
    });
    nodes.push(...between);
    const stops = [...(each.fromMe ? [{ id: "me", at: first }] : []), ...between, { id: "post", at: last }];
    each.steps.forEach((step, place) => {
      const [from, to] = stops.slice(place, place + 2);
      const straight = each.fromMe && stops.length === 2;
      const ends = straight ? [y, y] : [from.at[1], to.at[1]];
      const bends = [0.35, 0.65].map((share, end) => [from.at[0] + share * (to.at[0] - from.at[0]), ends[end]]);
      edges.push({
        source: from.id, target: to.id, from: from.at, to: to.at, bends, row, lane: each.number,
        word: step.word, faint: step.faint, share: each.share, starts: from.id === "me", ends: to.id === "post",
      });
    });
  });
  return { nodes, edges, along: long, across };
}

/** Where an edge's word stands: away from the ends, where lanes meet. Upright, one lane's word would
 * run into the next one's, did they not stand at different heights. */
function wordAt({ row, starts, ends }, curve, upright) {
  const [out, into] = upright ? [0.55, 0.47] : [0.55, 0.45];
  const whole = upright && row % 2 ? 0.42 : 0.56;
  return pointOf(curve, starts === ends ? whole : starts ? out : into);
}

/** A point of two quadratic curves that meet halfway between the bends, `t` of the way. */
function pointOf([from, one, two, to], t) {
  const half = [0, 1].map((axis) => (one[axis] + two[axis]) / 2);
  const [a, b, c, u] = t < 0.5 ? [from, one, half, 2 * t] : [half, two, to, 2 * t - 1];
  return [0, 1].map((axis) => (1 - u) ** 2 * a[axis] + 2 * u * (1 - u) * b[axis] + u ** 2 * c[axis]);
}
