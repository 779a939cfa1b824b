// Tables and small charts. A chart says in words what it draws, and a table beside it has the numbers.

import { h, svg } from "./dom.js";

const NUMBERS = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat("en");
const HEIGHT = 40;

export const number = (value) => (value === null || value === undefined ? "\u2013" : NUMBERS.format(value));
export const whole = (value) => (value === null || value === undefined ? "\u2013" : WHOLE.format(value));
export const ms = (value) => (value === null ? "\u2013" : `${NUMBERS.format(value)} ms`);

/** A table that scrolls within itself where it is too wide; rows are cells, or elements of their own. */
export function table(caption, heads, rows) {
  const head = h("tr", {}, ...heads.map((each) => h("th", { scope: "col" }, each)));
  return h(
    "div",
    { class: "wide", role: "region", "aria-label": caption, tabindex: 0 },
    h("table", {}, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, ...rows.map(row))),
  );
}

function row(cells) {
  const [first, ...others] = cells;
  return h("tr", {}, h("th", { scope: "row" }, first), ...others.map((each) => h("td", {}, each ?? "")));
}

/** How much of the most, as a bar; its number stands beside it. */
export function bar(value, most, kind = "") {
  const share = most > 0 ? Math.max(0, Math.min(1, Math.abs(value) / most)) : 0;
  const drawn = svg("rect", { width: 100 * share, height: 8, rx: 2 });
  return svg(
    "svg",
    { class: `bar ${kind}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn,
  );
}

/** Columns over time, one for every stretch from the first to the last. */
export function columns(stretches, stretch, words) {
  const first = stretches[0].from;
  const count = (stretches.at(-1).from - first) / stretch + 1;
  const most = Math.max(...stretches.map((each) => each.rows));
  const drawn = stretches.map(({ from, rows }) => {
    const height = Math.max(1, (HEIGHT * rows) / most);
    return svg("rect", { x: ((from - first) / stretch) * 10 + 1, y: HEIGHT - height, width: 8, height });
  });
  const box = `0 0 ${Math.max(count, 12) * 10} ${HEIGHT}`;
  return svg("svg", { class: "columns", viewBox: box, preserveAspectRatio: "none", role: "img", "aria-label": words }, ...drawn);
}

/** Values in their order, the least at the bottom; one of them, by its place from 1, is marked. */
export function curve(values, marked, words) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (place) => 4 + (112 * place) / Math.max(1, values.length - 1);
  const y = (value) => 4 + (24 * (high - value)) / (high - low || 1);
  const points = values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const dot = marked >= 1 && marked <= values.length && svg("circle", { cx: x(marked - 1), cy: y(values[marked - 1]), r: 3 });
  return svg("svg", { class: "curve", viewBox: "0 0 120 32", role: "img", "aria-label": words }, svg("polyline", { points }), ...(dot ? [dot] : []));
}

/** Series of as many values each, from 0 up; the first is drawn full, the others dashed. */
export function lines(series, words) {
  const most = Math.max(...series.flat()) || 1;
  const x = (place, count) => 10 + (180 * (place + 0.5)) / count;
  const y = (value) => 110 - (100 * value) / most;
  const drawn = series.toReversed().map((values, place) => {
    const kind = place === series.length - 1 ? "ours" : "others";
    const at = values.map((value, number) => [x(number, values.length), y(value)]);
    return svg(
      "g",
      { class: kind },
      svg("polyline", { points: at.map((each) => each.map((one) => one.toFixed(1)).join(",")).join(" ") }),
      ...at.map(([cx, cy]) => svg("circle", { cx, cy, r: 3 })),
    );
  });
  const floor = svg("line", { x1: 10, y1: 110, x2: 190, y2: 110 });
  return svg("svg", { class: "lines", viewBox: "0 0 200 120", role: "img", "aria-label": words }, floor, ...drawn);
}

/** Predicted against observed shares, on scales of powers; on the line they agree. */
export function reliability(bins, words) {
  const shown = bins.filter(([predicted, seen]) => predicted > 0 && seen > 0);
  if (!shown.length) return null;
  const logs = shown.flatMap(([predicted, seen]) => [Math.log10(predicted), Math.log10(seen)]);
  const [low, high] = [Math.min(...logs) - 0.2, Math.max(...logs) + 0.2];
  const at = (value) => 10 + (180 * (Math.log10(value) - low)) / (high - low);
  const dots = shown.map(([predicted, seen, pairs]) =>
    svg("circle", { cx: at(predicted), cy: 200 - at(seen), r: 3 + Math.log10(Math.max(1, pairs)) }),
  );
  return svg(
    "svg",
    { class: "reliability", viewBox: "0 0 200 200", role: "img", "aria-label": words },
    svg("rect", { x: 10, y: 10, width: 180, height: 180, class: "frame" }),
    svg("line", { x1: 10, y1: 190, x2: 190, y2: 10 }),
    ...dots,
  );
}
