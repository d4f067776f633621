// What is known of the row or the circle that was chosen.
function details(tree, thing) {
  if ("reference" in thing) return details(tree, thing.reference);
  if ("group" in thing) return groupDetails(thing);
  if ("source" in thing) return edgeDetails(tree, thing);
  if ("goals" in thing) return nodeDetails(thing);
  return [h("h3", {}, "Tactic, not tried"), h("pre", {}, thing.action), facts([["prior", percent(priorOf(thing))]])];
}

const facts = (pairs) => h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(
  ([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));

function goalText(text) {
  const at = text.startsWith("⊢") ? 0 : text.lastIndexOf("\n⊢") + 1;
  if (text[at] !== "⊢") return h("pre", {}, text);
  return h("pre", {}, text.slice(0, at), h("span", { class: "turnstile" }, "⊢"), text.slice(at + 1));
}

function nodeDetails(node) {
  const tried = new Map(node.out.map((edge) => [edge.action, edge]));
  const proposals = node.proposals ?? [];
  return [
    h("h3", {}, `Goal ${node.id}`, " ", h("span", { class: `badge ${STATUS_BADGE[node.status]}` }, node.status)),
    node.goals.map((goal) => goalText(goal.text)),
    h("h3", {}, "Search"),
    facts([
      ["depth", shown(node.depth)], ["visits", node.visits ? shown(node.visits) : null],
      ["mean value", node.mean === null ? null : shown(node.mean)], ["critic", node.value === null ? null : shown(node.value)],
      ["tactics proposed", node.proposals ? shown(proposals.length) : "policy not asked"],
      ["of these tried", shown(proposals.filter((proposal) => tried.has(proposal.action)).length)], ["rejected", shown(node.rejected.length)],
      ["beginnings kept of rejected blocks", node.out.filter((edge) => edge.outcome === "salvaged").length || null], ...costFacts(node.cost),
    ]),
    proposals.length ? [h("h3", {}, "Proposals"), h("table", {}, proposals.slice(0, 60).map((proposal) => h("tr", {},
      h("td", {}, proposal.action), h("td", {}, percent(priorOf(proposal))), h("td", {}, verdict(tried.get(proposal.action))))))] : null,
    proposals.length > 60 ? h("p", { class: "soft" }, `and ${shown(proposals.length - 60)} more`) : null,
  ];
}

function edgeDetails(tree, edge) {
  const rejected = edge.outcome === "rejected";
  return [
    h("h3", {}, edge.action ? "Tactic" : "Independent goals", " ", h("span", { class: `badge ${STATUS_BADGE[edge.status]}` }, edge.outcome)),
    edge.action ? h("pre", {}, edge.action) : null,
    rejected ? [h("h3", {}, `Error${edge.kind && edge.kind !== "error" ? ` (${edge.kind})` : ""}`), h("pre", { class: "error" }, edge.reason || "no message")] : null,
    h("h3", {}, "Search"),
    facts([
      ["prior", percent(priorOf(edge))], ["visits", edge.visits ? shown(edge.visits) : null],
      ["mean value", edge.mean === null ? null : shown(edge.mean)], ["on the proof", edge.on_proof ? "yes" : null], ...costFacts(edge.cost),
    ]),
    h("h3", {}, "On goal"), tree.nodes.get(edge.source).goals.map((goal) => goalText(goal.text)),
    edge.children.length ? [h("h3", {}, "Leaves"), edge.children.map((id) => tree.nodes.get(id).goals.map((goal) => goalText(goal.text)))] : null,
  ];
}

function groupDetails({ group, node, members }) {
  const reasons = new Map();
  for (const edge of members) if (edge.reason) {
    const reason = edge.reason.split("\n")[0];
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [
    h("h3", {}, `${shown(members.length)} ${group} on goal ${node.id}`), node.goals.map((goal) => goalText(goal.text)),
    reasons.size ? [h("h3", {}, "Commonest errors"), h("table", {}, [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 12).map(
      ([reason, count]) => h("tr", {}, h("td", {}, reason), h("td", {}, shown(count)))))] : null,
  ];
}

const STATUS_BADGE = { proved: "good", dead: "bad", open: "wait" };
const verdict = (edge) => (edge ? (edge.outcome === "rejected" ? "✕" : edge.on_proof ? "✓ proof" : edge.status) : "not tried");
function costFacts(cost) {
  return [
    ["Lean calls", cost.lean_calls || null], ["heartbeats", cost.heartbeats ? `${shown(cost.heartbeats)} k` : null],
    ["Lean seconds", cost.lean_seconds ? shown(cost.lean_seconds) : null], ["generations", cost.generations || null],
    ["tokens", cost.tokens_in + cost.tokens_out || null],
  ].map(([name, value]) => [name, typeof value === "number" ? shown(value) : value]);
}
