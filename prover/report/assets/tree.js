// One search to look at: drawing, list and details, which follow each other; a field to search; folding.
function mountTree(place, graph) {
  const tree = new SearchTree(graph);
  const found = nearest(tree);
  const panel = h("aside", { class: "details card", "aria-live": "polite" });
  let pinned = null;
  function choose(thing, pin) {
    if (!pin && pinned) return;
    if (pin && "reference" in thing) { thing = thing.reference; outline.reveal(thing); }
    panel.replaceChildren(...details(tree, thing).flat(Infinity).filter(Boolean));
    if (!pin) return;
    pinned = thing;
    const item = outline.items.get(thing) ?? (thing.goals ? outline.reveal(thing) : null) ?? outline.items.get(thing.home);
    for (const row of outline.element.querySelectorAll(".row.chosen")) row.classList.remove("chosen");
    item?.firstChild.classList.add("chosen");
    map.mark("chosen", ["source" in thing ? tree.nodes.get(thing.children[0] ?? thing.source) : thing]);
  }
  const outline = new Outline(tree, choose);
  const map = new TreeMap(tree, found.path, (node, pin) => { if (pin) outline.reveal(node); choose(node, pin); });

  const field = h("input", { type: "search", placeholder: "Search tactics, goals and errors", "aria-label": "Search the tree" });
  const count = h("span", { class: "soft" });
  let hits = [], at = -1;
  function find() {
    const wanted = field.value.trim().toLowerCase();
    const has = (text) => text.toLowerCase().includes(wanted);
    hits = !wanted ? [] : [
      ...[...tree.nodes.values()].filter((node) => has(node.label)),
      ...tree.edges.filter((edge) => has(edge.action) || has(edge.reason)),
    ];
    at = -1;
    count.textContent = wanted ? `${shown(hits.length)} found` : "";
    map.mark("found", hits);
    for (const row of outline.element.querySelectorAll(".row.found")) row.classList.remove("found");
    for (const hit of hits.slice(0, 60)) (outline.items.get(hit) ?? outline.reveal(hit, false))?.firstChild.classList.add("found");
    if (hits.length) next(1);
  }
  function next(by) {
    if (!hits.length) return;
    at = (at + by + hits.length) % hits.length;
    count.textContent = `${at + 1} of ${shown(hits.length)}`;
    outline.reveal(hits[at]).firstChild.classList.add("found");
    choose(hits[at], true);
  }
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 150); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); clearTimeout(waiting); if (at < 0) find(); else next(event.shiftKey ? -1 : 1); }
  });

  function showProof() {
    for (const edge of tree.edges) if (edge.on_proof) outline.reveal(edge, false);
  }
  function unfoldAll(limit = 4000) {
    const queue = [...outline.items.values()];
    for (let number = 0; number < queue.length && outline.items.size < limit; number += 1) {
      if (queue[number].classList.contains("group")) continue;
      const before = outline.items.size;
      queue[number].unfold(true);
      if (outline.items.size > before) queue.push(...[...outline.items.values()].slice(before));
    }
  }
  function foldAll() {
    for (const item of outline.items.values()) item.unfold(false);
    outline.items.get(tree.root).unfold(true);
  }
  const button = (text, action) => h("button", { type: "button", onclick: action }, text);
  place.replaceChildren(
    h("div", { class: "bar" }, field, count, h("span", { class: "space" }),
      tree.proved ? button("Proof", () => { foldAll(); showProof(); }) : null, button("Unfold", () => unfoldAll()), button("Fold", foldAll)),
    startHere(tree, found, (node) => { outline.reveal(node); choose(node, true); }) ?? "",
    map.element,
    h("div", { class: "search-tree" }, outline.element, panel),
    h("p", { class: "legend" }, [["proved", "✓", "proved"], ["dead", "✕", "failed"], ["open", "○", "open when the search ended"]].map(
      ([status, mark, meaning]) => h("span", {}, h("b", { class: `mark ${status}` }, mark), ` ${meaning}`)),
      h("span", {}, "bold: on the proof"), h("span", {}, "%: prior of the policy"), h("span", {}, "12×: visits")),
  );
  outline.items.get(tree.root).unfold(true);
  if (tree.proved) showProof();
  else for (const edge of found.path) outline.reveal(edge, false);
  outline.items.get(tree.root).firstChild.tabIndex = 0;
  choose(tree.proved ? tree.root : found.goals[0] ?? tree.root, false);
}
