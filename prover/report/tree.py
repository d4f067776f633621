"""The page of one search: statement, proof, cost, and the tree to fold, search and hover."""

from __future__ import annotations

from html import escape

from prover.report.elements import fact_list
from prover.report.facts import costs
from prover.report.mathml import informal_html
from prover.report.page import page
from prover.types import Attempt, Problem
from search.export import GraphDocument

STYLES = ("page.css", "tree.css")
SCRIPTS = ("dom.js", "model.js", "start.js", "outline.js", "details.js", "map.js", "tree.js")


def tree_page(problem: Problem, attempt: Attempt, document: GraphDocument) -> str:
    """Return a self-contained page about one attempt; `document` comes from `search.export.to_document`.

    The page loads nothing, works from a file, and follows the reader's choice of light or dark.
    """
    body = (
        f'<main>\n<p class="eyebrow">Proof search · {escape(attempt.strategy)} · {escape(attempt.policy)}</p>\n'
        f'<div class="head"><h1>{escape(problem.name)}</h1>{badge(attempt)}</div>\n'
        f'<div class="columns"><div>\n{statement_and_proof(problem, attempt)}</div>\n'
        f"<div>{_facts(attempt, document)}</div></div>\n"
        '<h2>Search</h2>\n<div id="tree"><noscript>The tree needs JavaScript.</noscript></div>\n'
        f"<footer>{_footer(problem, attempt)}</footer>\n</main>"
    )
    return page(
        f"{problem.name} · {attempt.status}",
        body,
        styles=STYLES,
        scripts=(*SCRIPTS, "single.js"),
        data={"graph": document},
    )


def badge(attempt: Attempt) -> str:
    """Return the status of an attempt as a coloured label."""
    return f'<span class="badge {attempt.status}">{attempt.status}</span>'


def statement_and_proof(problem: Problem, attempt: Attempt) -> str:
    """Return what was asked and what was found."""
    parts = []
    if problem.informal:
        parts.append(f"<p>{informal_html(problem.informal)}</p>")
    header = f"{problem.header.strip()}\n\n" if problem.header.strip() else ""
    parts.append(f"<h3>Statement</h3><pre data-copy>{escape(header + problem.statement)}</pre>")
    if attempt.proof is not None:
        parts.append(f"<h3>Proof</h3><pre data-copy>{escape(attempt.proof)}</pre>")
    if attempt.minimised is not None and attempt.minimised != attempt.proof:
        parts.append(f"<h3>Minimised</h3><pre data-copy>{escape(attempt.minimised)}</pre>")
    if attempt.counterexample is not None:
        parts.append(f"<h3>Counterexample</h3><pre data-copy>{escape(attempt.counterexample)}</pre>")
    if attempt.message:
        parts.append(f'<p class="note bad">{escape(attempt.message)}</p>')
    return "\n".join(parts)


def _facts(attempt: Attempt, document: GraphDocument) -> str:
    nodes, edges = document["nodes"], document["edges"]
    rejected = sum(edge["outcome"] == "rejected" for edge in edges)
    ended = attempt.stop.value if attempt.stop is not None else ""
    tree = [
        ("ended", f"{ended} ({attempt.limit})" if attempt.limit else ended),
        ("goals", f"{len(nodes):,}"),
        ("tactics tried", f"{len(edges):,}"),
        ("of these rejected", f"{rejected:,}"),
        ("retries", f"{attempt.retries:,}" if attempt.retries else ""),
    ]
    return f"<h3>Cost</h3>{fact_list(costs(attempt.cost))}<h3>Search</h3>{fact_list(tree)}"


def _footer(problem: Problem, attempt: Attempt) -> str:
    lean = attempt.lean
    said = [
        f"Lean {lean.version} ({lean.backend}), context {lean.context} {lean.context_sha256[:12]}" if lean else "",
        f"axioms: {', '.join(attempt.axioms) or 'none'}" if attempt.proof is not None else "",
        f"seed {attempt.seed}",
        f"statement {attempt.statement_sha256[:12]}",
        problem.source,
    ]
    return escape(" · ".join(part for part in said if part))
