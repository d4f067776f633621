// The page of a run.
// The one text that enters as markup: `informal_html` made it, of MathML of its own and of escaped text.
function prose(markup) {
  const element = h("p", {});
  element.innerHTML = markup;
  return element;
}

function problemDetails(row) {
  const parts = [
    row.informal ? prose(row.informal) : null,
    row.fault ? h("p", { class: "note bad" }, `Known to be ${row.fault.kind}: ${row.fault.why}`) : null,
    h("h3", {}, "Statement"), h("pre", {}, copyButton(row.statement), row.statement),
  ];
  for (const attempt of row.attempts) {
    if (row.attempts.length > 1) parts.push(h("h3", {}, `Attempt with seed ${attempt.seed}`, " ", h("span", { class: `badge ${attempt.status}` }, attempt.status)));
    if (attempt.proof) parts.push(h("h3", {}, "Proof"), h("pre", {}, copyButton(attempt.proof), attempt.proof));
    if (attempt.minimised && attempt.minimised !== attempt.proof) parts.push(h("h3", {}, "Minimised"), h("pre", {}, attempt.minimised));
    if (attempt.counterexample) parts.push(h("h3", {}, "Counterexample"), h("pre", {}, attempt.counterexample));
    if (attempt.message) parts.push(h("h3", {}, "Message"), h("pre", {}, attempt.message));
    parts.push(h("h3", {}, "Cost"), facts([
      ["ended by", attempt.limit ? `the budget of ${attempt.limit}` : null], ["steps", shown(attempt.cost.steps)], ...costFacts(attempt.cost),
      ["wall seconds", shown(attempt.cost.wall_seconds)], ["axioms", attempt.status === "proved" ? attempt.axioms.join(", ") || "none" : null],
    ]));
    parts.push(searchOf(row, attempt));
  }
  return h("div", {}, parts);
}

function searchOf(row, attempt) {
  const packed = document.getElementById(`tree ${attempt.seed} ${row.name}`);
  if (!packed) return h("p", { class: "soft" }, "There is no search of this attempt in this page.");
  const place = h("div", {});
  const button = h("button", { type: "button", class: "show-search" }, "Show the search");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      mountTree(place, JSON.parse(await new Response(stream).text()));
      button.remove();
    } catch (error) {
      button.replaceWith(h("p", { class: "note bad" }, `This browser cannot unpack the search (${error.message}).`));
    }
  });
  return h("div", {}, h("h3", {}, "Search"), button, place);
}

mountTable(document.getElementById("problems"), readData("rows"));
mountCurves(document.getElementById("charts"), readData("curves"));
