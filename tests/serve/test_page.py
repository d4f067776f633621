"""The live page in headless Chromium: it grows with the events of searches, and its buttons reach them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from prover.cancel import CancelToken
from prover.events import Ended, Started, Stepped, Trying
from prover.serve.watch import WatchPage
from prover.types import Attempt, CostRecord, Problem
from tests.bench.browser import Browser, missing
from tests.serve.asking import wait_for

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
ROOT = "n : ℕ\n⊢ n ≤ 9 ∧ (∃ m, m ^ 2 = n ∧ m ≤ <b>3</b>)"
BUDGET = {"lean_calls": 40.0}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser(1280, 1000)
    yield browser
    browser.close()


@pytest.fixture
def page() -> Iterator[WatchPage]:
    with WatchPage() as page:
        yield page


def problem(name: str) -> Problem:
    return Problem(name=name, statement=f"theorem {name} (n : ℕ) : n ≤ 9 := by")


def said(name: str, number: int, state: str, action: str, *goals: str, outcome: str = "advanced") -> Stepped:
    return Stepped.model_validate(
        {
            "problem": name, "seed": 0, "number": number, "state": state, "action": action, "outcome": outcome,
            "goals": goals, "log_prob": -1.0, "cost": CostRecord(lean_calls=number),
        }
    )  # fmt: skip


def circles(browser: Browser, kind: str = "") -> int:
    return int(browser.run(f"return document.querySelectorAll('.livemap circle{kind}').length"))


def text(browser: Browser, selector: str) -> str:
    return str(browser.run("return document.querySelector(given[0])?.textContent ?? ''", selector))


def press(browser: Browser, label: str) -> None:
    click = "const found = [...document.querySelectorAll('button')].find((b) => b.textContent === given[0]);"
    wait_for(lambda: browser.run(f"{click} found?.click(); return found !== undefined", label))


def test_the_tree_grows_and_is_proved(browser: Browser, page: WatchPage) -> None:
    browser.visit(page.address)
    assert "appear here" in text(browser, "#one")
    listen = page.listener(problem("grows"), BUDGET, "toy")
    listen(Started(problem="grows", seed=0, goals=ROOT))
    wait_for(lambda: circles(browser) == 1)
    listen(Trying(problem="grows", seed=0, state=ROOT, action="constructor"))
    wait_for(lambda: "constructor" in text(browser, ".hand"))
    assert circles(browser, ".hand") == 1
    listen(said("grows", 1, ROOT, "constructor", "⊢ left", "⊢ right"))
    wait_for(lambda: circles(browser) == 3)
    listen(said("grows", 2, "⊢ left", "omega", outcome="solved"))
    listen(said("grows", 3, "⊢ right", "omega", outcome="rejected"))
    wait_for(lambda: circles(browser, ".proved") == 1 and circles(browser, ".spent") == 1)
    assert "3 of 40" in text(browser, ".meters") and "right" in text(browser, ".goalcard")
    listen(said("grows", 4, "⊢ right", "simp", outcome="solved"))
    wait_for(lambda: circles(browser, ".proved") == 3)
    attempt = Attempt(
        problem="grows", statement_sha256="0" * 64, status="proved", proof="constructor <;> simp", policy="toy",
        strategy="best-first", seed=0, cost=CostRecord(),
    )  # fmt: skip
    listen(Ended(problem="grows", seed=0, attempt=attempt))
    wait_for(lambda: "No search" in text(browser, "#title"))
    assert "constructor <;> simp" in text(browser, ".one")
    assert browser.errors() == []


@pytest.mark.slow
def test_many_goals_and_many_searches_fit(browser: Browser, page: WatchPage) -> None:
    """A wide tree, goals of many lines and more searches than the list shows, wide and narrow, light and dark."""
    browser.visit(page.address)
    long = "\n".join(f"h{number} : {'x + ' * 40}y = {number}" for number in range(8)) + "\n⊢ False"
    for number in range(30):
        name = f"search_{number}_with_a_name_that_is_longer_than_the_list_is_wide"
        listen = page.listener(problem(name), BUDGET, "toy")
        listen(Started(problem=name, seed=0, goals=long))
    made = [f"{long} {number}" for number in range(300)]
    for number, goal in enumerate(made, 1):
        listen(said(name, number, long if number <= 20 else made[number // 8], f"cases h{number}", goal))
    wait_for(lambda: circles(browser) == 301)
    listen(said(name, 301, long, "again", made[0]))
    listen(said(name, 302, made[0], "done", outcome="solved"))
    wait_for(lambda: circles(browser, ".proved") == 2)
    assert circles(browser) == 301, "a goal that is reached twice is one"
    assert browser.run("return document.querySelectorAll('.pick').length") == 30
    for width in (1280, 400):
        browser.resize(width, 900)
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            wide: list[Any] = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], (width, scheme)
    assert browser.errors() == []
    browser.resize(1280, 1000)


def test_buttons_pause_continue_and_stop(browser: Browser, page: WatchPage) -> None:
    browser.visit(page.address)
    token = CancelToken()
    listen = page.listener(problem("held"), BUDGET, "toy", token=token)
    listen(Started(problem="held", seed=0, goals=ROOT))
    press(browser, "Pause")
    wait_for(lambda: "paused" in text(browser, ".one .badge"))
    search = threading.Thread(target=lambda: listen(said("held", 1, ROOT, "skip", ROOT)))
    search.start()
    search.join(0.3)
    assert search.is_alive(), "a paused search waits in its listener"
    press(browser, "Continue")
    search.join(30)
    assert not search.is_alive()
    press(browser, "Stop")
    wait_for(lambda: token.cancelled)


def test_a_whole_run_is_stopped_and_continued(browser: Browser, page: WatchPage) -> None:
    page.told("runs/valid")
    browser.visit(page.address)
    wait_for(lambda: "Stop the run" in text(browser, "#server"))
    press(browser, "Stop the run")
    wait_for(page.stop.is_set)
    wait_for(lambda: "Continue the run" in text(browser, "#server"))
    press(browser, "Continue the run")
    wait_for(lambda: "Stop the run" in text(browser, "#server"))
    assert page.stop.is_set(), "the run, which may still be ending its searches, has to notice"
    page.wait()
    assert not page.stop.is_set()


def test_a_button_does_what_it_said_when_it_was_drawn(
    browser: Browser, page: WatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click may come late: what "Stop the run" was drawn for must not continue a run that was stopped meanwhile."""
    orders: list[bool] = []
    order = page.order

    def noted(stop: bool) -> None:
        orders.append(stop)
        order(stop)

    monkeypatch.setattr(page, "order", noted)
    page.told("runs/valid")
    browser.visit(page.address)
    wait_for(lambda: "Stop the run" in text(browser, "#server"))
    browser.run("window.late = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Stop the run')")
    press(browser, "Stop the run")
    wait_for(lambda: "Continue the run" in text(browser, "#server"))
    browser.run("window.late.click()")
    wait_for(lambda: len(orders) == 2)
    assert orders == [True, True]
