// The search as a drawing: circles are goals, the root on top; rejected tactics are left out.
class TreeMap {
  constructor(tree, path, choose) {
    this.shapes = new Map();
    const drawn = layout(tree);
    const margin = 3 * drawn.radius, beside = 6.5 * drawn.radius;  // names stand beside the outermost circles
    this.view = { x: -beside, y: -margin, w: drawn.width + 2 * beside, h: drawn.height + 2 * margin };
    this.whole = { ...this.view };
    const lines = [], circles = [], names = [];
    // Names of tactics: on the way to a proof, or to the nearest goals; on all edges of a small tree, and of a larger one
    // on those that lead on, as long as these are few.
    const few = drawn.places.length <= 40;
    const inner = new Set(drawn.places.filter(({ node }) => node.kept.length).map(({ node }) => node));
    for (const { node, x, y } of drawn.places) {
      for (const edge of node.kept) for (const child of edge.children) {
        const to = drawn.at.get(child);
        if (!to || tree.nodes.get(child).home !== edge) continue;
        const middle = (y + to.y) / 2;
        lines.push(s("path", { d: `M${x} ${y}C${x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`, class: edge.on_proof ? "on-proof" : path.has(edge) ? "near" : null }));
        const told = edge.on_proof || path.has(edge), leads = inner.has(tree.nodes.get(child)) && inner.size <= 40;
        if (edge.action && (few || told || leads)) {
          // Above the goal it leads to, neighbours on two heights; the first word, since the title says all.
          const name = edge.action.trim().split(/[\s\[]/)[0], high = names.length % 2 ? 0.8 : 1.9;
          const size = told || leads ? Math.max(1.15 * drawn.radius, this.view.w / 105) : 1.15 * drawn.radius;
          names.push(s("text", { x: to.x, y: to.y - drawn.radius - high * size, style: `--size: ${size.toFixed(4)}px; text-anchor: ${to.x < 0.08 * this.view.w ? "start" : to.x > 0.86 * this.view.w ? "end" : "middle"}`, class: edge.on_proof ? "on-proof" : told || leads ? null : "leaf" },
            name.length > 14 ? `${name.slice(0, 13)}…` : name, s("title", {}, edge.action)));
        }
      }
      const circle = s("circle", { cx: x, cy: y, r: (node.on_proof ? 1.35 : 1) * drawn.radius, class: node.status, style: `--near: ${(100 * (node.near ?? 0)).toFixed(0)}%` }, s("title", {}, turnstile(node)));
      circle.addEventListener("click", () => choose(node, true));
      circle.addEventListener("mouseenter", () => choose(node, false));
      this.shapes.set(node, circle);
      circles.push(circle);
    }
    lines.sort((a, b) => a.classList.contains("on-proof") - b.classList.contains("on-proof"));
    this.svg = s("svg", { role: "img", "aria-label": "the search as a tree", preserveAspectRatio: "xMidYMid meet" }, lines, circles, names);
    this.show();
    this.element = h("div", { class: "map card" }, this.svg, h("span", { class: "hint" },
      `${shown(drawn.places.length)} of ${shown(tree.nodes.size)} goals · wheel to zoom, drag to move, double click for all`));
    this.listen();
  }

  show() {
    const { x, y, w, h: height } = this.view;
    this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${height}`);
  }

  listen() {
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      const factor = Math.exp(event.deltaY / 400), at = this.point(event), view = this.view;
      this.view = { x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor, w: view.w * factor, h: view.h * factor };
      this.show();
    }, { passive: false });
    this.svg.addEventListener("pointermove", (event) => {
      if (!event.buttons) return;
      const scale = this.svg.getScreenCTM().a;
      this.view.x -= event.movementX / scale;
      this.view.y -= event.movementY / scale;
      this.show();
    });
    this.svg.addEventListener("dblclick", () => { this.view = { ...this.whole }; this.show(); });
  }

  point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
  }

  mark(name, things) {
    for (const shape of this.svg.querySelectorAll(`.${name}`)) shape.classList.remove(name);
    for (const thing of things) this.shapes.get(thing)?.classList.add(name);
  }
}

// Leaves side by side, a goal in the middle above what it leads to (after Wetherell and Shannon, 1979).
const MOST_DRAWN = 3000;
const ASPECT = 4;
function layout(tree) {
  const order = [], stack = [[tree.root, 0]];
  while (stack.length && order.length < MOST_DRAWN) {
    const [node, depth] = stack.pop();
    const below = node.kept.flatMap((edge) => edge.children.filter((id, place) =>
      tree.nodes.get(id).home === edge && edge.children.indexOf(id) === place).map((id) => tree.nodes.get(id)));
    order.push({ node, depth, below });
    for (const child of [...below].reverse()) stack.push([child, depth + 1]);
  }
  const at = new Map();
  let leaves = 0;
  for (const { node, depth, below } of [...order].reverse()) {
    const columns = below.map((child) => at.get(child.id)?.x).filter((x) => x !== undefined);
    at.set(node.id, { x: columns.length ? (columns[0] + columns.at(-1)) / 2 : -(leaves++), y: depth });
  }
  // Wide and flat or narrow and deep, it fills its place; circles stay large enough to be hit.
  const deepest = Math.max(1, ...order.map(({ depth }) => depth));
  const width = Math.max(leaves - 1, 16, deepest * 2), step = width / ASPECT / deepest;
  const left = (width - (leaves - 1)) / 2 + leaves - 1;
  for (const place of at.values()) { place.x += left; place.y *= step; }
  const places = order.map(({ node }) => ({ node, ...at.get(node.id) }));
  return { places, at, width, height: step * deepest, radius: Math.max(width / 260, Math.min(0.22, width / 90)) };
}
