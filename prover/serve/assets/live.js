const searches = new Map();  // by id, in the order in which they began
let facts = {}, chosen = null, followed = true, key = "";
const element = (id) => document.getElementById(id);
const megabytes = (bytes) => `${shown(Math.round(bytes / 2 ** 20))} MB`;
const seconds = (from, to) => Math.max(0, (to ?? Date.now() / 1000) - from);
const lasted = (time) => (time < 10 ? `${time.toFixed(1)} s` : time < 90 ? `${Math.round(time)} s` : `${Math.floor(time / 60)} min ${Math.round(time % 60)} s`);

// -- the events ---------------------------------------------------------------------------------------------------------

async function listen() {
  for (;;) {
    try {
      const answer = await fetch("v1/live", { headers: key ? { Authorization: `Bearer ${key}` } : {} });
      if (answer.status === 401) { await askKey(); continue; }
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      say("");
      await read(answer.body.getReader());
      say("The server has ended, or let this page go. Trying again …");
    } catch (error) {
      say(`No connection to the server (${error.message}). Trying again …`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

async function read(reader) {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const data = text.slice(0, end).split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
      text = text.slice(end + 2);
      if (data) take(JSON.parse(data));
    }
  }
}

function take(change) {
  if (change.kind === "board") {
    facts = change.facts;
    searches.clear();
    for (const search of change.searches) searches.set(search.id, grown(search));
  } else if (change.kind === "facts") {
    facts = { ...facts, ...change.facts };
  } else if (change.kind === "search") {
    searches.set(change.search.id, grown(change.search));
    if (followed || !chosen) chosen = change.search.id;
  } else if (change.kind === "change") {
    const known = searches.get(change.search.id);
    if (!known) return;
    Object.assign(known, change.search);
    if (!known.tree.root && known.root) known.tree.begin(known.root);
    // The board that was sent whole may hold a step already.
    if (change.step && change.step.number > (known.steps.at(-1)?.number ?? 0)) { known.steps.push(change.step); known.tree.add(change.step); }
  }
  if (!searches.has(chosen)) chosen = newest();
  later();
}

const newest = () => [...searches.keys()].at(-1) ?? null;

function grown(search) {
  search.tree = new Grown();
  if (search.root) search.tree.begin(search.root);
  for (const step of search.steps) search.tree.add(step);
  return search;
}

const post = (path) => fetch(path, { method: "POST", headers: key ? { Authorization: `Bearer ${key}` } : {} });
const act = (search, word) => post(`v1/prove/${encodeURIComponent(search.id)}/${word}`);

function askKey() {
  element("ask").hidden = false;
  element("key").focus();
  return new Promise((resolve) => {
    element("ask").onsubmit = (event) => {
      event.preventDefault();
      key = element("key").value.trim();
      element("ask").hidden = true;
      resolve();
    };
  });
}

function say(text) {
  element("state").textContent = text;
  element("state").hidden = !text;
}

// -- the tree of a search -----------------------------------------------------------------------------------------------

class Grown {
  constructor() { this.nodes = new Map(); this.root = null; }
  begin(text) { this.root = this.node(text, null); }
  node(text, from) {
    let node = this.nodes.get(text);
    if (!node) {
      node = { text, edges: [], parents: new Set(), tried: 0, proved: false, depth: from ? from.depth + 1 : 0 };
      this.nodes.set(text, node);
    }
    return node;
  }
  add(step) {
    const source = this.node(step.state, null);
    if (!this.root) this.root = source;
    source.tried += 1;
    if (step.outcome === "rejected") return;
    // A goal is drawn below the one that first led to it, and counts for all that lead to it.
    const children = [...new Set(step.goals)].filter((goal) => !this.nodes.has(goal)).map((goal) => this.node(goal, source));
    const all = step.goals.map((goal) => this.node(goal, source));
    for (const child of all) child.parents.add(source);
    source.edges.push({ action: step.action, all, children });
    this.prove(source);
  }
  prove(node) {
    const stack = [node];
    while (stack.length) {
      const next = stack.pop();
      if (next.proved || !next.edges.some((edge) => edge.all.every((child) => child.proved))) continue;
      next.proved = true;
      stack.push(...next.parents);
    }
  }
  /** Open goals that are nearest to a proof: deep ones first, and of these the short ones. */
  nearest() {
    return [...this.nodes.values()].filter((node) => !node.proved && !node.edges.length)
      .sort((a, b) => b.depth - a.depth || a.text.length - b.text.length).slice(0, 3);
  }
}

const MOST = 600;
function drawing(tree, hand) {
  if (!tree.root) return null;
  const order = [], stack = [[tree.root, 0]];
  while (stack.length && order.length < MOST) {
    const [node, depth] = stack.pop();
    const below = node.edges.flatMap((edge) => edge.children);
    order.push({ node, depth, below });
    for (const child of [...below].reverse()) stack.push([child, depth + 1]);
  }
  const at = new Map();
  let leaves = 0;
  for (const { node, depth, below } of [...order].reverse()) {
    const columns = below.map((child) => at.get(child)?.x).filter((x) => x !== undefined);
    at.set(node, { x: columns.length ? (columns[0] + columns.at(-1)) / 2 : -(leaves++), y: depth });
  }
  const deepest = Math.max(1, ...order.map(({ depth }) => depth)), wide = Math.max(leaves - 1, 8, deepest * 2.5);
  const shift = (wide - (leaves - 1)) / 2 + leaves - 1, drop = wide / 4 / deepest, radius = Math.max(wide / 160, Math.min(0.1, wide / 90));
  const lines = [], circles = [];
  for (const place of at.values()) { place.x += shift; place.y *= drop; }
  for (const { node, below } of order) {
    const { x, y } = at.get(node);
    for (const child of below) {
      const to = at.get(child);
      if (to) lines.push(s("path", { d: `M${x} ${y}C${x} ${(y + to.y) / 2} ${to.x} ${(y + to.y) / 2} ${to.x} ${to.y}`, class: node.proved && child.proved ? "proof" : null }));
    }
    const kind = node.proved ? "proved" : node.text === hand ? "hand" : node.edges.length || !node.tried ? "" : "spent";
    circles.push(s("circle", { cx: x, cy: y, r: radius * (node === tree.root ? 1.4 : 1), class: kind || null }, s("title", {}, node.text)));
  }
  const margin = 3 * radius;
  return s("svg", { viewBox: `${-margin} ${-margin} ${wide + 2 * margin} ${drop * deepest + 2 * margin}`, role: "img", "aria-label": "the search as a tree" }, lines, circles);
}

// -- what is shown ------------------------------------------------------------------------------------------------------

let waiting = false;
function later() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => { waiting = false; show(); }, 120);
}

const put = (place, children) => place.replaceChildren(...[children].flat(Infinity).filter(Boolean));

function show() {
  showServer();
  const all = [...searches.values()], running = all.filter((search) => search.ended === null).reverse(), done = all.filter((search) => search.ended !== null).reverse();
  element("title").textContent = running.length ? `${running.length} ${running.length === 1 ? "search" : "searches"} in progress` : "No search in progress";
  document.title = running.length ? `(${running.length}) proofsmith · live` : "proofsmith · live";
  put(element("searches"), [
    h("h3", {}, "In progress"), running.length ? running.map(pick) : h("p", {}, "none"),
    h("h3", {}, "Finished"), done.length ? done.map(pick) : h("p", {}, "none yet")]);
  showOne(searches.get(chosen));
}

function pick(search) {
  const calls = search.cost.lean_calls ?? 0;
  const button = h("button", { class: "pick", type: "button", "aria-current": search.id === chosen ? "true" : null },
    h("span", { class: "name" }, search.problem),
    h("span", { class: "line" }, h("span", { class: `badge ${badgeOf(search.status)}` }, search.paused ? "paused" : search.status),
      h("span", {}, `${shown(calls)} ${calls === 1 ? "call" : "calls"} · ${lasted(seconds(search.began, search.ended))}`)));
  button.addEventListener("click", () => { chosen = search.id; followed = search.id === newest(); show(); });
  return button;
}

const badgeOf = (status) => ({ proved: "proved", verified: "proved", refuted: "refuted", error: "error", unproved: "unproved", stopped: "wait", searching: "wait" }[status] ?? "");

function showServer() {
  const workers = facts.workers ?? [], memory = workers.reduce((sum, worker) => sum + worker.memory, 0), lean = facts.lean ?? {};
  const order = facts.stopped ? "continue" : "stop"; // a button does what it said when it was drawn, not its opposite
  put(element("server"), [
    workers.length ? h("span", { title: workers.map((worker) => worker.busy ? worker.kind : "idle").join(", ") }, h("span", { class: "workers" }, workers.map((worker) => h("i", { class: worker.busy ? "worker busy" : "worker" }))), " ", h("b", {}, `${workers.filter((worker) => worker.busy).length} of ${workers.length}`), " workers busy") : null,
    memory ? h("span", {}, h("b", {}, megabytes(memory)), " memory") : null,
    facts.waiting !== undefined ? h("span", {}, h("b", {}, shown(facts.waiting)), " waiting") : null,
    facts.run ? h("span", {}, h("b", {}, facts.run), " ", h("button", { type: "button", onclick: () => post(`v1/run/${order}`) }, order === "stop" ? "Stop the run" : "Continue the run")) : null,
    lean.version ? h("span", {}, `Lean ${lean.version.match(/[\d.]+[\w-]*/)?.[0] ?? lean.version} · ${lean.context}`) : null]);
}

function showOne(search) {
  const place = element("one");
  if (!search) {
    put(place, h("div", { class: "card empty" }, "Searches appear here as they begin.", h("br"), h("code", {}, `prover prove "theorem t (a b : ℕ) : a + b = b + a" --server ${location.origin}`)));
    return;
  }
  const scrolled = place.querySelector(".steps")?.scrollTop ?? 0;
  const running = search.ended === null, near = running ? search.tree.nearest() : [];
  const svg = drawing(search.tree, search.hand?.state), order = search.paused ? "continue" : "pause";
  put(place, [
    h("div", { class: "card" },
      h("div", { class: "head" }, h("h2", {}, search.problem), h("span", { class: "bar" },
        h("span", { class: `badge ${badgeOf(search.status)}` }, search.paused ? "paused" : search.status),
        running && search.pauses ? h("button", { type: "button", onclick: () => act(search, order) }, order === "pause" ? "Pause" : "Continue") : null,
        running && search.stops ? h("button", { type: "button", onclick: () => act(search, "cancel") }, "Stop") : null)),
      h("h3", {}, "Statement"), h("pre", {}, search.statement),
      search.proof ? [h("h3", {}, "Proof, accepted by the verifier"), h("pre", {}, search.proof)] : null,
      search.message && !search.proof ? h("p", { class: search.status === "error" ? "note bad" : "note" }, search.message) : null,
      running ? [h("h3", {}, "Tactic in hand"), h("div", { class: "hand" }, search.hand && !search.paused ? [h("span", { class: "dot" }), h("span", {}, search.hand.action)] : h("span", { class: "soft" }, search.paused ? "paused" : "choosing the next one"))] : null,
      meters(search)),
    svg ? h("div", { class: "card livemap" }, svg, h("p", {}, h("span", {}, `${shown(search.tree.nodes.size)} ${search.tree.nodes.size === 1 ? "goal" : "goals"}`), legend("", "open"), legend("now", "in hand"), legend("proved", "proved"), legend("spent", "tried, nothing came"), search.dropped ? h("span", {}, `${shown(search.dropped)} later steps are not shown`) : null)) : null,
    h("div", { class: "pair" },
      h("div", {}, near.length ? [h("h3", {}, "Nearest goals"), near.map((node) => h("pre", { class: "goalcard" }, turned(node.text)))] : search.root ? [h("h3", {}, "Goal"), h("pre", { class: "goalcard" }, turned(search.root))] : null),
      h("div", {}, h("h3", {}, "Latest steps"), h("ol", { class: "steps" }, [...search.steps].slice(-200).reverse().map((step) => h("li", {},
        h("span", { class: "number" }, step.number), h("span", { class: step.outcome }, step.outcome), h("code", {}, step.action),
        step.reason ? h("span", { class: "why", title: step.reason }, step.reason.split("\n")[0]) : null)))))]);
  const list = place.querySelector(".steps");
  if (list) list.scrollTop = scrolled;
}

const legend = (kind, text) => h("span", {}, h("i", { class: `key ${kind}` }), text);
const turned = (text) => text.split(/(⊢)/).map((part) => (part === "⊢" ? h("span", { class: "turnstile" }, part) : part));

const LABELS = { lean_calls: "Lean calls", steps: "steps", heartbeats: "heartbeats", seconds: "seconds", lean_seconds: "Lean seconds", policy_seconds: "policy seconds", generations: "generations", tokens: "tokens" };
function meters(search) {
  const spent = { ...search.cost, tokens: (search.cost.tokens_in ?? 0) + (search.cost.tokens_out ?? 0), seconds: seconds(search.began, search.ended) };
  const units = ["lean_calls", "seconds", "lean_seconds", "policy_seconds", "heartbeats", "generations", "tokens", "steps"].filter((unit) => search.budget[unit] || spent[unit]);
  return h("div", { class: "meters" }, units.map((unit) => {
    const limit = search.budget[unit], amount = spent[unit] ?? 0, part = limit ? Math.min(1, amount / limit) : 0;
    const said = unit.endsWith("seconds") ? amount.toFixed(amount < 10 ? 2 : 1) : shown(amount);
    return h("div", { class: "meter" }, h("span", {}, LABELS[unit], h("b", {}, limit ? `${said} of ${shown(limit)}` : said)),
      h("div", { class: "track", hidden: !limit }, h("i", { class: part >= 1 ? "full" : null, style: `width: ${(100 * part).toFixed(1)}%` })));
  }));
}

setInterval(() => { if ([...searches.values()].some((search) => search.ended === null)) later(); }, 1000);
show();
listen();
