// Nodes can be dragged, and tell all that is known of them; the wheel and the buttons come nearer.
const byId = (id) => document.getElementById(id);
const elements = JSON.parse(byId("drawn").textContent);
const FONT = "system-ui, sans-serif";
let larger = 1;

/** Cytoscape's style sheet, with the colours of the page's own; words as large as can be read. */
function looks() {
  const page = getComputedStyle(document.documentElement);
  const [ground, ink, soft, line] = ["ground", "ink", "soft", "line"].map((name) => page.getPropertyValue(`--${name}`).trim());
  const words = { "font-family": FONT, "text-outline-color": ground, "text-outline-width": 2 };
  const labels = [...document.querySelectorAll("[data-label]")].map((swatch) => ({
    selector: `node[label = "${swatch.dataset.label}"]`,
    style: { "background-color": getComputedStyle(swatch).backgroundColor },
  }));
  return [
    {
      selector: "node",
      style: {
        ...words, width: 28, height: 28, "border-width": 2, "border-color": ground, label: "data(name)", color: ink,
        "font-size": 11 * larger, "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "ellipsis", "text-max-width": 130,
      },
    },
    {
      selector: "edge",
      style: {
        ...words, width: 1.5, "line-color": line, "curve-style": "bezier", "target-arrow-shape": "triangle",
        "target-arrow-color": line, "arrow-scale": 0.9, label: "data(kind)", color: soft, "font-size": 8 * larger,
        "text-rotation": "autorotate",
      },
    },
    ...labels,
    { selector: "node.asked", style: { "border-color": ink, "border-width": 4 } },
    { selector: "node.told", style: { "border-color": soft, "border-width": 4, "text-wrap": "none" } },
  ];
}

/** Pixels of a place from -1 to 1: room for each node, and the shape of the window. */
function spread({ x, y }) {
  const half = 100 + 70 * Math.sqrt(elements.nodes.length);
  const { clientWidth: width, clientHeight: height } = byId("graph");
  const wider = Math.sqrt(Math.min(4, Math.max(0.25, width / height)));
  return { x: x * half * wider, y: (y * half) / wider };
}

for (const node of elements.nodes) node.position = spread(node.position);
const cy = cytoscape({
  container: byId("graph"), elements, style: looks(), layout: { name: "preset", padding: 40 },
  minZoom: 0.1, maxZoom: 6, boxSelectionEnabled: false, autounselectify: true,
});

// On a small window the whole is seen from afar.
larger = Math.min(1.8, Math.max(1, 0.8 / cy.zoom()));
cy.style(looks());
cy.fit(undefined, 40);

function made(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function tell(node) {
  cy.nodes().removeClass("told");
  node.addClass("told");
  const { label, name, told } = node.data();
  const rows = document.createElement("dl");
  for (const [key, value] of Object.entries(told)) rows.append(made("dt", key), made("dd", value));
  byId("told").replaceChildren(made("h2", `${label} ${name}`), rows);
}

cy.on("tap", "node", ({ target }) => tell(target));
cy.on("tap", ({ target }) => {
  if (target !== cy) return;
  cy.nodes().removeClass("told");
  byId("told").replaceChildren();
});
byId("buttons").addEventListener("click", ({ target }) => {
  const { times } = target.dataset;
  if (times === "") cy.fit(undefined, 40);
  else if (times) cy.zoom({ level: cy.zoom() * times, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(looks()));
