// Which unit is drawn, and what the curve says under the pointer.
function mountCurves(place, curves) {
  if (!place) return;
  const reading = place.querySelector(".reading");
  for (const button of place.querySelectorAll("button[data-unit]")) {
    button.addEventListener("click", () => {
      for (const other of place.querySelectorAll("button[data-unit]")) other.setAttribute("aria-pressed", other === button);
      for (const figure of place.querySelectorAll("figure")) figure.hidden = figure.dataset.unit !== button.dataset.unit;
    });
  }
  const LEFT = 52, RIGHT = 16, WIDTH = 900;
  for (const curve of curves) {
    const svg = place.querySelector(`svg[data-unit="${curve.unit}"]`);
    const cursor = svg.querySelector(".cursor");
    const low = Math.log10(svg.dataset.low), high = Math.log10(svg.dataset.high);
    svg.addEventListener("pointermove", (event) => {
      const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
      const share = Math.min(1, Math.max(0, (x - LEFT) / (WIDTH - LEFT - RIGHT)));
      const cost = 10 ** (low + share * (high - low));
      const point = curve.points.findLast((it) => it.cost <= cost * 1.0001) ?? curve.points[0];
      const at = LEFT + share * (WIDTH - LEFT - RIGHT);
      cursor.removeAttribute("hidden");
      cursor.firstChild.setAttribute("x1", at);
      cursor.firstChild.setAttribute("x2", at);
      const bound = curve.exact_until !== null && cost > curve.exact_until ? "at least " : "";
      const part = (value) => (100 * value).toFixed(1);
      reading.textContent = `within ${shown(cost >= 10 ? Math.round(cost) : cost)}: ${bound}${point.solved} proved, `
        + `${part(point.solved / curve.problems)} % (${part(point.low)} to ${part(point.high)})`;
    });
    svg.addEventListener("pointerleave", () => { cursor.setAttribute("hidden", ""); reading.textContent = ""; });
  }
}
