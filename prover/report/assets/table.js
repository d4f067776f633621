// Every problem: sorted by any column, filtered by text, status and group; a row unfolds to proof, cost and search.
const STATUSES = ["proved", "refuted", "unproved", "error", "not attempted"];
const COLUMNS = [
  { name: "problem", key: (row) => row.name },
  { name: "group", key: (row) => row.group },
  { name: "status", key: (row) => STATUSES.indexOf(row.status) },
  { name: "Lean calls", number: true, key: (row) => row.cost?.lean_calls },
  { name: "heartbeats (k)", number: true, key: (row) => row.cost?.heartbeats },
  { name: "tokens", number: true, key: (row) => row.cost && row.cost.tokens_in + row.cost.tokens_out },
  { name: "seconds", number: true, key: (row) => row.cost?.wall_seconds },
];

function mountTable(place, rows) {
  for (const row of rows) {
    // Of several attempts, the first that proved stands for all.
    row.best = row.attempts.find((attempt) => attempt.status === "proved") ?? row.attempts[0];
    row.status = row.best?.status ?? "not attempted";
    row.cost = row.best?.cost;
    row.text = `${row.name} ${row.statement} ${row.best?.proof ?? ""} ${row.best?.message ?? ""}`.toLowerCase();
  }
  const columns = COLUMNS.filter((column) => column.name !== "tokens" || rows.some((row) => column.key(row) > 0));
  const open = new Map();
  let sorted = { column: null, down: false };
  const field = h("input", { type: "search", placeholder: "Filter by name, statement, proof or message", "aria-label": "Filter problems" });
  const group = h("select", { "aria-label": "Group" }, h("option", { value: "" }, "all groups"),
    [...new Set(rows.map((row) => row.group))].sort().map((name) => h("option", { value: name }, name)));
  const statuses = ["", ...STATUSES.filter((status) => rows.some((row) => row.status === status))].map((status) =>
    h("button", { type: "button", "data-status": status, "aria-pressed": status === "", onclick: () => { chosen = status; show(); } },
      status ? `${status} ${rows.filter((row) => row.status === status).length}` : `all ${rows.length}`));
  let chosen = "";
  const faulty = rows.some((row) => row.fault)
    ? h("button", { type: "button", "aria-pressed": "false", onclick: () => { faulty.setAttribute("aria-pressed", faulty.getAttribute("aria-pressed") !== "true"); show(); } }, "faulty") : null;
  const heads = columns.map((column) => h("th", { class: column.number ? "number" : null, "aria-sort": "none" },
    h("button", { type: "button", onclick: () => sort(column) }, column.name)));
  const body = h("tbody");
  const count = h("span", { class: "soft" });
  const more = h("button", { type: "button", class: "more", onclick: () => { most = Infinity; show(); } });
  let most = 1000;  // more rows than that make typing in the filter slow

  function sort(column) {
    sorted = { column, down: sorted.column === column ? !sorted.down : Boolean(column.number) };
    heads.forEach((head, number) => head.setAttribute("aria-sort",
      columns[number] !== column ? "none" : sorted.down ? "descending" : "ascending"));
    show();
  }
  function show() {
    const wanted = field.value.trim().toLowerCase();
    const onlyFaulty = faulty?.getAttribute("aria-pressed") === "true";
    const kept = rows.filter((row) => (!wanted || row.text.includes(wanted)) && (!group.value || row.group === group.value)
      && (!chosen || row.status === chosen) && (!onlyFaulty || row.fault));
    if (sorted.column) {
      const { column, down } = sorted;
      const order = new Map(kept.map((row) => [row, column.key(row)]));
      kept.sort((a, b) => {
        const x = order.get(a), y = order.get(b);
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
        const by = typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true });
        return down ? -by : by;
      });
    }
    for (const button of statuses) button.setAttribute("aria-pressed", button.dataset.status === chosen);
    count.textContent = kept.length === rows.length ? "" : `${kept.length} of ${rows.length}`;
    const drawn = kept.slice(0, most);
    body.replaceChildren(...drawn.flatMap((row) => [line(row), open.get(row)].filter(Boolean)));
    more.hidden = drawn.length === kept.length;
    more.textContent = `Show all ${shown(kept.length)} problems`;
  }
  function line(row) {
    const numbers = columns.slice(3).map((column) => h("td", { class: "number" }, column.key(row) === undefined ? "" : shown(column.key(row))));
    const made = row.attempts.length > 1 ? ` ${row.attempts.filter((it) => it.status === "proved").length}/${row.attempts.length}` : "";
    const tr = h("tr", { class: `problem ${open.has(row) ? "shown" : ""}`, tabindex: "0", "data-name": row.name },
      h("td", { class: "name" }, row.name), h("td", {}, row.group),
      h("td", {}, h("span", { class: `badge ${row.status}` }, row.status + made), " ",
        row.fault ? h("span", { class: "badge bad", title: row.fault.why }, row.fault.kind) : null), numbers);
    tr.addEventListener("click", () => toggle(row));
    tr.addEventListener("keydown", (event) => { if (event.key === "Enter") toggle(row); });
    return tr;
  }
  function toggle(row) {
    if (open.has(row)) open.delete(row);
    else open.set(row, h("tr", { class: "inside" }, h("td", { colspan: columns.length }, problemDetails(row))));
    show();
  }
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
  group.addEventListener("change", show);
  place.replaceChildren(
    h("div", { class: "bar" }, field, group, statuses, faulty, count),
    h("div", { class: "card scroll" }, h("table", { class: "problems" }, h("thead", {}, h("tr", {}, heads)), body)), more);
  show();
}
