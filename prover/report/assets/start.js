// Where to begin reading a search that found no proof: the goals that its nearest partial proof leaves.
// What a goal leaves is measured by how long it is printed, a proved one leaves nothing; values fall until nothing changes.
function nearest(tree) {
  const size = (node) => (node.status === "dead" ? 1.5 : 1) *
    node.goals.reduce((sum, goal) => sum + 40 + goal.target.length + 0.1 * goal.text.length, 0);
  const left = new Map(), best = new Map();
  for (const node of tree.nodes.values()) left.set(node, node.status === "proved" ? 0 : size(node));
  for (let round = 0, changed = true; changed && round < 60; round += 1) {
    changed = false;
    for (const edge of tree.edges) {
      const source = tree.nodes.get(edge.source);
      if (edge.outcome === "rejected" || source.status === "proved" || edge.children.includes(edge.source)) continue;
      const total = edge.children.reduce((sum, child) => sum + left.get(tree.nodes.get(child)), 0.5);
      if (total < left.get(source)) { left.set(source, total); best.set(source, edge); changed = true; }
    }
  }
  const goals = [], path = new Set(), seen = new Set();
  const walk = (node) => {
    if (seen.has(node) || node.status === "proved") return;
    seen.add(node);
    const edge = best.get(node);
    if (!edge) { goals.push(node); return; }
    path.add(edge);
    edge.children.forEach((child) => walk(tree.nodes.get(child)));
  };
  walk(tree.root);
  const most = Math.max(1, size(tree.root), ...[...left.values()]);
  for (const node of tree.nodes.values()) node.near = node.status === "proved" ? 1 : 1 - left.get(node) / most;
  if (!path.size) {
    const open = [...tree.nodes.values()].filter((node) => node.status === "open" && node !== tree.root);
    goals.splice(0, goals.length, ...open.sort((a, b) => left.get(a) - left.get(b)).slice(0, 3));
  }
  return { goals, path };
}

// The last hypothesis tells goals of one tactic apart.
function told(node) {
  const lines = (node.goals[0]?.text ?? "").split("\n").filter((line) => !line.startsWith("case ") && !line.startsWith(" "));
  const last = lines.filter((line) => !line.startsWith("⊢")).at(-1);
  return last ? `${last}   ${turnstile(node)}` : turnstile(node);
}

function startHere(tree, found, choose) {
  if (tree.proved || !found.goals.length) return null;
  const rows = found.goals.slice(0, 5).map((node) => h("button", { type: "button", class: "near", onclick: () => choose(node) },
    h("span", { class: "steps" }, tree.trail(node).map((step) => step.edge.action.split("\n")[0]).slice(-3).join(" → ") || "the statement"),
    h("span", { class: "what" }, told(node))));
  const more = found.goals.length > 5 ? h("p", { class: "soft" }, `and ${shown(found.goals.length - 5)} more`) : null;
  return h("div", { class: "start card" }, h("h3", {}, "Start here"),
    h("p", { class: "soft" }, !found.path.size ? "No step left less to prove than there was. The smallest goals still open:" : found.goals.length === 1 ? "The goal that the nearest partial proof leaves:" : `The ${shown(found.goals.length)} goals that the nearest partial proof leaves:`),
    rows, more);
}
