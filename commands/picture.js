// The wheel brings nearer, dragging moves.
const svg = document.querySelector("svg");
const box = svg.viewBox.baseVal;
let held = null;

function at(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const [x, y] = at(event);
  const times = event.deltaY > 0 ? 1.15 : 1 / 1.15;
  box.x = x - (x - box.x) * times;
  box.y = y - (y - box.y) * times;
  box.width *= times;
  box.height *= times;
}, { passive: false });

svg.addEventListener("pointerdown", (event) => {
  held = at(event);
  svg.setPointerCapture(event.pointerId);
});

svg.addEventListener("pointermove", (event) => {
  if (!held) return;
  const [x, y] = at(event);
  box.x -= x - held[0];
  box.y -= y - held[1];
});

svg.addEventListener("pointerup", () => { held = null; });
