"""The pages in a real browser: they work, load nothing, withstand whatever Lean says, and follow light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prover.bench.folder import read_run
from prover.problems.dataset import Dataset
from prover.problems.fault import Fault
from prover.report.tree import tree_page
from prover.report.write import write_grid_report, write_report
from prover.types import Attempt, Problem
from search.export import GraphDocument, to_document, to_networkx
from search.mcts import mcts
from search.testing import Game, random_game, random_policy
from search.types import Budget
from tests.bench import toy
from tests.bench.browser import Browser, missing
from tests.bench.test_bench_run import go

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "a browser is here")

HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">\u2028&amp;"
WAIT = "for (let i = 0; i < 100 && !(%s); i += 1) await new Promise((go) => setTimeout(go, 30));"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def solved() -> GraphDocument:
    """A solved search with several parts, failures, visits, goals that are reached twice, and hostile text."""
    for seed in range(1000):
        table = random_game(seed, goals=14, actions=6, solved=0.1, rejected=0.4)
        found = mcts(("g0",), Game(table), random_policy(seed, table), Budget(steps=150))
        twice = any(len(node.parents) > 1 for node in found.graph.nodes)
        branching = any(len(edge.children) > 1 and edge.status == "proved" for edge in found.graph.edges)
        if found.proof is not None and twice and branching and len(found.graph.edges) > 30:
            break
    else:
        pytest.fail("no such game")
    document = to_document(
        to_networkx(found.graph, lambda state: "\n\n".join(f"x y : ℝ\nh₁ : {goal} < y\n⊢ P {goal} x" for goal in state))
    )
    rejected = next(edge for edge in document["edges"] if edge["outcome"] == "rejected")
    rejected["reason"] = rejected["action"] = HOSTILE
    return document


def problem_and_attempt() -> tuple[Problem, Attempt]:
    problem = Problem(name="game<b>", statement=f"theorem game : P g0 x := by -- {HOSTILE}", informal="Play & win.")
    row = {
        "problem": problem.name, "statement_sha256": problem.statement_sha256, "status": "proved", "proof": "a0\n· a1",
        "policy": "random", "strategy": "mcts", "seed": 0, "stop": "solved", "cost": {"lean_calls": 31},
    }  # fmt: skip
    return problem, Attempt.model_validate(row)


class TestTreePage:
    @pytest.fixture(autouse=True)
    def _open(self, browser: Browser, solved: GraphDocument, tmp_path: Path) -> None:
        self.browser, self.document = browser, solved
        file = tmp_path / "tree.html"
        file.write_text(tree_page(*problem_and_attempt(), solved), encoding="utf-8")
        browser.open(file)

    def test_shows_the_proof_and_nothing_breaks_it(self) -> None:
        browser = self.browser
        assert browser.run("return document.title") == "game<b> · proved"
        assert browser.run("return document.querySelector('h1').textContent") == "game<b>"
        on_proof = sum(edge["on_proof"] for edge in self.document["edges"])
        assert browser.run("return document.querySelectorAll('.row.on-proof').length") >= on_proof
        assert browser.run("return document.querySelectorAll('.map path.on-proof').length") >= 1
        assert browser.run("return performance.getEntriesByType('resource').length") == 0
        assert browser.errors() == []

    def test_every_goal_has_one_place_and_every_action_one_row(self) -> None:
        counts = self.browser.run(
            """document.querySelectorAll('.bar button')[1].click();  // unfold
            for (const fold of document.querySelectorAll('.group > .row > .fold')) fold.click();
            const count = (what) => document.querySelectorAll(what).length;
            return [count('.map circle'), count('.outline .row')]"""
        )
        nodes, edges = self.document["nodes"], self.document["edges"]
        assert counts[0] == len(nodes)
        assert counts[1] >= len(edges) + 1

    def test_folds(self) -> None:
        visible = "[...document.querySelectorAll('.outline .row')].filter((row) => row.offsetParent).length"
        before, folded, again = self.browser.run(
            f"""const count = () => {visible}; const before = count(), root = document.querySelector('.outline .fold');
            root.click(); const folded = count(); root.click(); return [before, folded, count()]"""
        )
        assert folded == 1 and before == again > 1

    def test_searches_tactics_goals_and_errors(self) -> None:
        reveal = """const field = document.querySelector('input[type=search]'); field.value = given[0];
            field.dispatchEvent(new Event('input')); await new Promise((go) => setTimeout(go, 300));
            return [document.querySelector('.bar .soft').textContent, document.querySelector('.details').textContent,
                    document.querySelectorAll('.row.found').length]"""
        count, details, found = self.browser.run(reveal, "onerror=")
        assert count == "1 of 1" and HOSTILE[:20] in details and found == 1
        assert self.browser.run(reveal, "no such text")[0] == "0 found"
        count, details, found = self.browser.run(reveal, "P g0 x")
        assert count.startswith("1 of ") and "⊢ P g0 x" in details and found >= 1
        assert self.browser.run("return document.title") == "game<b> · proved", "hostile text stays text"

    def test_hovering_shows_goal_priors_visits_and_values(self) -> None:
        details = self.browser.run(
            """document.querySelector('.outline .row').dispatchEvent(new MouseEvent('mouseenter'));
            return document.querySelector('.details').textContent"""
        )
        for said in ("Goal 0", "h₁ : g0 < y", "visits", "mean value", "Proposals", "%"):
            assert said in details

    def test_choosing_a_goal_in_the_drawing_shows_its_row(self) -> None:
        last = len(self.document["nodes"]) - 1
        goal = self.document["nodes"][last]["label"].rpartition("⊢")[2].strip()
        chosen = self.browser.run(
            """const circles = [...document.querySelectorAll('.map circle')];
            const circle = circles.find((it) => it.textContent === `⊢ ${given[0]}`);
            circle.dispatchEvent(new MouseEvent('click'));
            return document.querySelector('.row.chosen').textContent""",
            goal,
        )
        assert goal in chosen

    def test_keys_move_through_the_rows(self) -> None:
        texts = self.browser.run(
            """const press = (key) => document.activeElement.dispatchEvent(
              new KeyboardEvent('keydown', { key, bubbles: true }));
            document.querySelector('.outline .row').focus(); press('ArrowDown');
            const second = document.querySelector('.row.chosen').textContent; press('ArrowUp');
            return [second, document.querySelector('.row.chosen').textContent]"""
        )
        assert texts[0] != texts[1]

    def test_light_and_dark(self) -> None:
        colours = {}
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            colours[scheme] = self.browser.run("return getComputedStyle(document.body).backgroundColor")
        self.browser.prefer("light")
        assert colours["light"] != colours["dark"]


def test_a_search_that_is_one_goal(browser: Browser, solved: GraphDocument, tmp_path: Path) -> None:
    alone: GraphDocument = {"format": solved["format"], "nodes": solved["nodes"][:1], "edges": []}
    alone["nodes"] = [{**alone["nodes"][0], "status": "open", "on_proof": False, "proposals": None}]
    file = tmp_path / "tree.html"
    file.write_text(tree_page(*problem_and_attempt(), alone), encoding="utf-8")
    browser.open(file)
    assert browser.run("return document.querySelectorAll('.map circle').length") == 1
    assert browser.errors() == []


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with proofs, failures, a faulty statement and an odd name."""
    folder = tmp_path_factory.mktemp("page") / "run"
    faults = {"toy_3": Fault(name="toy_3", kind="vacuous", why="its hypotheses exclude each other")}
    dataset = toy.toys(30, faults)
    odd = (toy.toy("broken_1", 1), toy.toy("unreadable_2", 1), toy.toy("a<b>/«c»", 4))
    dataset = replace(dataset, problems=(*dataset.problems, *odd))
    go(folder, dataset, toy.settings())
    write_report(folder)
    return folder / "report.html"


class TestRunPage:
    @pytest.fixture(autouse=True)
    def _open(self, browser: Browser, page: Path) -> None:
        self.browser, self.run = browser, read_run(page.parent)
        browser.open(page)

    def names(self) -> list[str]:
        found: list[str] = self.browser.run(
            "return [...document.querySelectorAll('tr.problem')].map((row) => row.dataset.name)"
        )
        return found

    def test_headline_and_peace(self) -> None:
        proved = sum(attempt.status == "proved" for attempt in self.run.attempts)
        assert self.browser.run("return document.querySelector('h1').textContent") == f"{proved} of 33 proved"
        assert self.browser.run("return performance.getEntriesByType('resource').length") == 0
        assert self.browser.errors() == []
        assert len(self.names()) == 33

    def test_filters(self) -> None:
        click = "document.querySelector(given[0]).click();"
        self.browser.run(click, "button[data-status=error]")
        assert self.names() == ["broken_1", "unreadable_2"]
        self.browser.run(click, 'button[data-status=""]')
        self.browser.run(
            """const field = document.querySelector('input[type=search]'); field.value = 'game 7 ';
            field.dispatchEvent(new Event('input')); await new Promise((go) => setTimeout(go, 300));"""
        )
        assert self.names() == ["toy_7"]

    def test_sorts(self) -> None:
        sort = "[...document.querySelectorAll('th button')].find((it) => it.textContent === given[0]).click();"
        calls = {attempt.problem: attempt.cost.lean_calls for attempt in self.run.attempts}
        self.browser.run(sort, "Lean calls")
        found = [calls[name] for name in self.names()]
        assert found == sorted(found, reverse=True)
        self.browser.run(sort, "Lean calls")
        assert [calls[name] for name in self.names()] == sorted(found)
        self.browser.run(sort, "problem")
        assert self.names()[:4] == ["a<b>/«c»", "broken_1", "toy_0", "toy_1"], "numbers in names sort as numbers"

    def test_a_problem_unfolds_to_its_search(self) -> None:
        attempt = next(
            attempt for attempt in self.run.attempts if attempt.status == "proved" and attempt.problem.startswith("toy")
        )
        tree = self.run.tree(attempt.problem, attempt.seed)
        assert tree is not None
        text, circles = self.browser.run(
            f"""const row = document.querySelector(`tr[data-name="${{given[0]}}"]`); row.click();
            document.querySelector('.show-search').click(); {WAIT % "document.querySelector('.outline')"}
            const circles = document.querySelectorAll('.map circle').length;
            return [document.querySelector('tr.inside').textContent, circles]""",
            attempt.problem,
        )
        assert str(attempt.proof) in text and "axioms" in text and circles == len(tree["nodes"])
        assert self.browser.errors() == []

    def test_odd_names_have_their_searches_too(self) -> None:
        found = self.browser.run(
            f"""document.querySelector('tr[data-name="a<b>/«c»"]').click();
            document.querySelector('.show-search').click();
            {WAIT % "document.querySelector('.outline')"} return document.querySelectorAll('.map circle').length"""
        )
        assert found > 0

    def test_a_faulty_statement_says_why(self) -> None:
        text = self.browser.run(
            """document.querySelector('tr[data-name=toy_3]').click();
            return document.querySelector('tr.inside').textContent"""
        )
        assert "Known to be vacuous: its hypotheses exclude each other" in text

    def test_the_curve_reads_what_is_under_the_pointer(self) -> None:
        (last,) = {sum(attempt.status == "proved" for attempt in self.run.attempts)}
        text = self.browser.run(
            """const box = document.querySelector('figure:not([hidden]) svg').getBoundingClientRect();
            document.querySelector('figure:not([hidden]) svg').dispatchEvent(
              new PointerEvent('pointermove', { clientX: box.right - 2, clientY: box.top + 40, bubbles: true }));
            return document.querySelector('.reading').textContent"""
        )
        assert text.startswith(f"within 40: {last} proved, ")

    def test_units_are_chosen(self) -> None:
        shown = self.browser.run(
            """document.querySelector('button[data-unit=heartbeats]').click();
            return [...document.querySelectorAll('figure')].filter((it) => !it.hidden).map((it) => it.dataset.unit)"""
        )
        assert shown == ["heartbeats"]


def test_the_page_of_a_grid(browser: Browser, tmp_path: Path) -> None:
    dataset: Dataset = toy.toys(12)
    for name in ("best-first", "mcts", "beam"):
        go(tmp_path / name, dataset, toy.settings(strategy=name))
    write_grid_report(tmp_path, [tmp_path / name for name in ("best-first", "mcts", "beam")])
    browser.open(tmp_path / "report.html")
    lines = "return document.querySelectorAll('figure:not([hidden]) .line:not(.bound)').length"
    assert browser.run(lines) == 3
    assert browser.run("return document.querySelectorAll('tbody')[1].rows.length") == 3
    assert browser.errors() == []


def test_the_page_of_runs_over_different_problems(browser: Browser, tmp_path: Path) -> None:
    go(tmp_path / "a", toy.toys(12), toy.settings())
    go(tmp_path / "b", toy.toys(12), toy.settings(strategy="mcts"))
    go(tmp_path / "c", toy.toys(5), toy.settings())
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "config.json").write_text("{}")
    report = write_grid_report(tmp_path, [tmp_path / name for name in ("a", "b", "c", "old")])
    assert report.names == ("a", "b", "c") and [entry.second for entry in report.comparisons] == ["b"]
    browser.open(tmp_path / "report.html")
    assert browser.run("return [...document.querySelectorAll('h2')].map((found) => found.innerText)") == [
        "toys, 12 problems",
        "Compared, problem by problem",
        "toys, 5 problems",
    ]
    assert "old" in browser.run("return document.querySelector('.note').innerText")
    assert browser.errors() == [] and "## toys, 5 problems" in (tmp_path / "report.md").read_text()


def test_a_failed_search_opens_where_to_start(browser: Browser, tmp_path: Path) -> None:
    for seed in range(1000):
        table = random_game(seed, goals=16, actions=6, solved=0.03, rejected=0.4)
        found = mcts(("g0",), Game(table), random_policy(seed, table), Budget(steps=40))
        if found.proof is None and found.graph.root.status == "open" and len(found.graph.nodes) > 8:
            break
    document = to_document(to_networkx(found.graph, lambda state: "\n\n".join(f"⊢ P {goal} x" for goal in state)))
    problem, attempt = problem_and_attempt()
    file = tmp_path / "failed.html"
    row = attempt.model_copy(update={"status": "unproved", "proof": None})
    informal = problem.model_copy(update={"informal": "Show $x^2 \\ge 0$ & win."})
    file.write_text(tree_page(informal, row, document), encoding="utf-8")
    browser.open(file)
    assert "start here" in browser.run("return document.querySelector('.start').innerText").lower()
    assert browser.run(
        "document.querySelector('.start .near').click(); return document.querySelectorAll('.row.chosen').length"
    )
    assert browser.run("return document.querySelectorAll('math msup').length") == 1
    assert browser.run("return document.querySelectorAll('.map text').length") > 0
    assert browser.errors() == []
