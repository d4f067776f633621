// The graph of a search as a tree to look at. A goal that is reached on several ways stands where the proof uses it, or
// else where it was found first; its other places refer to that one.
class SearchTree {
  constructor(graph) {
    this.nodes = new Map(graph.nodes.map((node) => [node.id, { ...node, out: [], home: null, goals: goalsOf(node.label) }]));
    this.edges = graph.edges.map((edge) => ({ ...edge }));
    for (const edge of this.edges) this.nodes.get(edge.source).out.push(edge);
    for (const wanted of [true, false]) {
      for (const edge of this.edges) {
        if (wanted && !edge.on_proof) continue;
        for (const child of edge.children) {
          const node = this.nodes.get(child);
          // Only the edge that found a node first comes from an older one: so homes never form a cycle.
          if (node.home === null && child !== 0 && (wanted || edge.source < child)) node.home = edge;
        }
      }
    }
    for (const node of this.nodes.values()) {
      node.kept = node.out.filter((edge) => edge.outcome !== "rejected").sort((a, b) => b.on_proof - a.on_proof);
      node.rejected = node.out.filter((edge) => edge.outcome === "rejected");
      const tried = new Set(node.out.map((edge) => edge.action));
      node.untried = (node.proposals ?? []).filter((proposal) => !tried.has(proposal.action));
    }
    this.root = this.nodes.get(0);
    this.proved = this.root.status === "proved";
  }

  // From the root to a node: on each step the action and the goal that it leaves.
  trail(node) {
    const steps = [];
    for (let at = node; at.home; at = this.nodes.get(at.home.source)) steps.unshift({ edge: at.home, node: at });
    return steps;
  }
}

function goalsOf(label) {
  return label.split("\n\n").map((text) => {
    const at = text.lastIndexOf("\n⊢") + 1;
    const target = text.startsWith("⊢") ? text.slice(1) : at > 0 ? text.slice(at + 1) : text;
    return { text, target: target.replace(/\s+/g, " ").trim() };
  });
}

const turnstile = (node) => `⊢ ${node.goals[0].target}${node.goals.length > 1 ? `  (+${node.goals.length - 1})` : ""}`;
const priorOf = (thing) => (thing.log_prob === null ? 0 : Math.exp(thing.log_prob));
const MARKS = { proved: "✓", dead: "✕", open: "○" };
