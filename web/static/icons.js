// The page's own line drawings, on a square of 24.

import { svg } from "./dom.js";

const LINES = {
  heart: "M12 20.5S3.5 15.5 3.5 9.3A4.6 4.6 0 0 1 12 7a4.6 4.6 0 0 1 8.5 2.3c0 6.2-8.5 11.2-8.5 11.2z",
  spark: "M12 3v5M12 16v5M3 12h5M16 12h5M5.8 5.8l3.2 3.2M15 15l3.2 3.2M18.2 5.8L15 9M9 15l-3.2 3.2",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.3 14c.9 1.5 2.2 2.3 3.7 2.3s2.8-.8 3.7-2.3M9 9.5v.01M15 9.5v.01",
  chat: "M4 5h16v11H10l-4.5 4v-4H4z",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
  dots: "M5 12v.01M12 12v.01M19 12v.01",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2L21 21",
  people: "M9 11.5a3.7 3.7 0 1 0 0-7.5 3.7 3.7 0 0 0 0 7.5zM2.5 20c0-3.3 2.9-5.5 6.5-5.5s6.5 2.2 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.9M18.5 15c1.9.8 3 2.6 3 5",
  group: "M12 3.5l8.5 6V20.5h-17V9.5zM9.5 20.5v-6h5v6",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10.3 21c1 .7 2.4.7 3.4 0",
  sliders: "M5 4v6M5 14v6M12 4v2M12 10v10M19 4v9M19 17v3M3 12h4M10 8h4M17 15h4",
  link: "M14 4h6v6M20 4l-9 9M17 13.5V20H4V7h6.5",
  tag: "M3.5 12V3.5H12l9 9-8.5 8.5zM8 8v.01",
  post: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3.5",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-3.8 3.3-6.3 7.5-6.3s7.5 2.5 7.5 6.3",
  chart: "M5 20v-7M12 20V5M19 20v-10M3 20h18",
  folder: "M3 6h6.5l2 2.5H21V19H3z",
  way: "M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM18 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8.5 6c9 0 0 12 7 12",
  pen: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
  day: "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  back: "M14.5 6l-6 6 6 6",
  fresh: "M20 12a8 8 0 1 1-2.5-5.8M20.5 3v4.5H16",
};
const KINDS = { mood: "smile", category: "folder", topic: "folder" };

/** The lines of a drawing of that name, or of that kind of node. */
export const linesOf = (name) => LINES[KINDS[name] ?? name] ?? LINES.post;

/** A drawing of that name, or of that kind of node; screen readers pass it over. */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: linesOf(name) }),
  );
}
