// The search as a list to fold: one row a tactic, with the goal it leaves. Rows are made when they are unfolded.
class Outline {
  constructor(tree, choose) {
    this.tree = tree;
    this.choose = choose;
    this.items = new Map();
    this.list = h("ul", { role: "tree" }, this.node(tree.root, tree.root));
    this.element = h("div", { class: "outline card" }, this.list);
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  // `key` is what a row stands for, so that it can be found again.
  item(key, { mark, status, what, goal, numbers, children, classes = "" }) {
    const row = h("div", { class: `row ${key.on_proof ? "on-proof" : ""}`, role: "treeitem", tabindex: "-1" },
      h("button", { class: "fold", type: "button", tabindex: "-1", "aria-label": "fold" }),
      h("span", { class: `mark ${status}`, title: status }, mark),
      h("span", { class: "what" }, what),
      goal ? h("span", { class: "goal" }, goal) : h("span", { class: "goal" }),
      h("span", { class: "numbers" }, (numbers ?? []).filter(Boolean).map((number) => h("span", {}, number))));
    const item = h("li", { class: `${children ? "" : "leaf"} ${classes}` }, row);
    item.unfold = (open) => this.unfold(item, children, open);
    row.querySelector(".fold").addEventListener("click", (event) => { event.stopPropagation(); item.unfold(); });
    row.addEventListener("click", () => this.choose(key, true));
    row.addEventListener("dblclick", () => item.unfold());
    row.addEventListener("mouseenter", () => this.choose(key, false));
    if (!this.items.has(key)) this.items.set(key, item);
    return item;
  }

  unfold(item, children, open = !item.classList.contains("open")) {
    if (!children) return;
    if (open && !item.querySelector(":scope > ul")) item.append(h("ul", { role: "group" }, children()));
    const list = item.querySelector(":scope > ul");
    if (list) list.hidden = !open;
    item.classList.toggle("open", open);
    item.firstChild.setAttribute("aria-expanded", open);
  }

  node(node, key) {
    const inner = node.kept.length + node.rejected.length + node.untried.length > 0;
    return this.item(key, {
      mark: MARKS[node.status], status: node.status, what: turnstile(node), goal: "",
      numbers: this.counts(node), children: inner ? () => this.below(node) : null,
    });
  }

  below(node) {
    return [
      ...node.kept.map((edge) => this.edge(edge)),
      this.group(node, "rejected", node.rejected, (edge) => this.edge(edge)),
      this.group(node, "not tried", node.untried, (proposal) => this.item(proposal, {
        mark: "·", status: "", what: proposal.action, numbers: [prior(proposal)], children: null,
      })),
    ];
  }

  group(node, name, members, row) {
    if (!members.length) return null;
    const key = node.groups?.[name] ?? { group: name, node, members };
    (node.groups ??= {})[name] = key;
    return this.item(key, { mark: "", status: "", what: `${shown(members.length)} ${name}`, classes: "group", children: () => members.map(row) });
  }

  edge(edge) {
    const numbers = [edge.visits ? `${shown(edge.visits)}×` : null, prior(edge)];
    const what = edge.action || "(independent goals)";
    if (!edge.children.length) {
      const goal = edge.outcome === "rejected" ? edge.reason.replace(/\s+/g, " ") : "no goals left";
      return this.item(edge, { mark: MARKS[edge.status], status: edge.status, what, goal, numbers, children: null });
    }
    const own = edge.children.map((id, place) => [this.tree.nodes.get(id), edge.children.indexOf(id) === place]);
    const [only] = own[0];
    if (own.length === 1 && only.home === edge) {
      const inner = only.kept.length + only.rejected.length + only.untried.length > 0;
      return this.item(edge, { mark: MARKS[edge.status], status: edge.status, what, goal: turnstile(only), numbers,
        children: inner ? () => this.below(only) : null });
    }
    return this.item(edge, {
      mark: MARKS[edge.status], status: edge.status, what, numbers,
      goal: own.length === 1 ? turnstile(only) : `${own.length} goals`,
      children: () => own.map(([node, first]) => (node.home === edge && first ? this.node(node, node) : this.reference(node))),
    });
  }

  reference(node) {
    return this.item({ reference: node }, { mark: "↪", status: "", what: turnstile(node), goal: "stands elsewhere: click to go there", children: null });
  }

  counts(node) {
    const parts = [node.visits ? `${shown(node.visits)}×` : null, node.out.length ? `${shown(node.out.length)} tried` : null];
    return parts.filter(Boolean);
  }

  // Show the row of a node or an edge, unfolding what is above it.
  reveal(thing, scroll = true) {
    const edge = "source" in thing ? thing : null;
    const target = edge ? this.tree.nodes.get(edge.source) : thing;
    this.items.get(this.tree.root).unfold(true);
    for (const step of this.tree.trail(target)) {
      const through = edge || step.node !== target;
      if (through || step.edge.children.length > 1) this.items.get(step.edge).unfold(true);
      if (through) this.items.get(step.node)?.unfold(true);
    }
    if (edge?.outcome === "rejected") this.items.get(target.groups.rejected).unfold(true);
    const item = this.items.get(thing) ?? this.items.get(thing.home);
    if (scroll) this.scrollTo(item);
    return item;
  }

  scrollTo(item) {
    const box = this.element.getBoundingClientRect(), row = item.firstChild.getBoundingClientRect();
    if (row.top < box.top || row.bottom > box.bottom) this.element.scrollTop += row.top - box.top - box.height / 3;
  }

  key(event) {
    const rows = [...this.element.querySelectorAll(".row")].filter((row) => row.offsetParent);
    const at = rows.indexOf(document.activeElement);
    const item = document.activeElement.closest("li");
    const go = (row) => { row?.focus(); row?.click(); };
    const moves = {
      ArrowDown: () => go(rows[at + 1]), ArrowUp: () => go(rows[Math.max(at - 1, 0)]),
      ArrowRight: () => item?.unfold(true),
      ArrowLeft: () => (item?.classList.contains("open") ? item.unfold(false) : go(item?.parentElement.closest("li")?.firstChild)),
      Enter: () => item?.unfold(),
    };
    if (at >= 0 && moves[event.key]) { event.preventDefault(); moves[event.key](); }
  }
}

const prior = (thing) => [percent(priorOf(thing)), h("span", { class: "prior" },
  h("i", { style: `width:${Math.max(3, 100 * Math.sqrt(priorOf(thing)))}%` }))];
