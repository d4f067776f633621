"""The page of a run of the loop: what every round proved, from what it learnt, and what changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from prover.bench.curve import Curve, curve
from prover.bench.summary import trial
from prover.iterate.loop import TABLE
from prover.lean.goals import parse_goal
from prover.lines import write_whole
from prover.policies.goal_context import GoalContext
from prover.policies.templates.arguments import WIDE
from prover.policies.templates.automation import proposed
from prover.policies.templates.goal_features import constants
from prover.report.critics import Critic, critics, critics_section
from prover.report.curves import drawing
from prover.report.elements import duration, fact_list, note, table, whisker
from prover.report.facts import percent
from prover.report.losses import losses
from prover.report.page import page
from prover.report.plot import Line, legend, plot
from prover.runs.intervals import Interval, wilson
from prover.runs.paired import Comparison, sentence
from prover.runs.records import Dropped, PhaseRecord
from prover.strategies import StrategySpec
from prover.train.figures import compared
from prover.train.records import ModelRecord, Role, Row
from prover.train.store import IterateStore
from prover.types import Frozen

MOST_PROOFS = 400
MOST_DROPPED = 500
EVALUATIONS = ("evaluate", "control")
_LEMMA = re.compile(r"[^\W\d][\w']*(?:\.[\w'?!]+)+")


class Measured(Frozen):
    """What a policy proved of the reporting half, in all, by dataset and by Lean calls, and `against` automation."""

    label: str
    round: int
    problems: int
    proved: int
    share: Interval
    datasets: dict[str, tuple[int, int]]
    against: Comparison | None
    calls: int
    curve: Curve | None


class NewProof(Frozen):
    """A theorem that a round proved and automation, at the same budget, did not."""

    problem: str
    statement: str
    proof: str
    label: str
    calls: int


class Rounds(Frozen):
    """The figures of a run."""

    finished: bool
    measured: tuple[Measured, ...]
    against_table: Comparison | None
    baseline: str
    against_first: Comparison | None
    phases: tuple[PhaseRecord, ...]
    models: tuple[ModelRecord, ...]
    critics: tuple[Critic, ...] = ()
    dropped: tuple[Dropped, ...]
    guard: str
    counts: dict[str, int]
    shift: dict[str, dict[str, float]]
    new: tuple[NewProof, ...]

    @property
    def lines(self) -> list[str]:
        """The figures as a person reads them, a line each."""
        said = [
            f"{measured.label}: {measured.proved} of {measured.problems} proved, {percent(measured.share)}"
            for measured in self.measured
        ]
        said += [
            sentence(measured.against, "automation", measured.label)
            for measured in self.measured
            if measured.against is not None
        ]
        last = self.measured[-1].label if self.measured else ""
        rounds = [measured.label for measured in self.measured if measured.label.startswith("round")]
        last = rounds[-1] if rounds else last
        if self.against_table is not None:
            said.append(sentence(self.against_table, f"the {self.baseline}", last))
        if self.against_first is not None:
            said.append(sentence(self.against_first, "round 1", last))
        return said + [critic.sentence for critic in self.critics]


def summarise_rounds(store: IterateStore) -> Rounds:
    """Return the figures of a run, finished or not."""
    phases = store.phases()
    done = [entry for entry in phases if entry.phase in EVALUATIONS and entry.finished and "problems" in entry.facts]
    control = next((entry for entry in reversed(done) if entry.phase == "control"), None)
    done = [entry for entry in done if entry.phase != "control" or entry is control]  # an extended run has several
    base = {row.place: row for row in store.rows(0, "evaluate") if row.role is Role.REPORT}
    measured, new = [], dict[str, NewProof]()
    statements = {entry.place: entry.problem.statement for entry in store.problems(Role.REPORT)}
    for phase in done:
        rows = [row for row in store.rows(phase.round, phase.phase) if row.role is Role.REPORT]
        label = _label(phase)
        first = phase.round == 0
        against = None if first else compared(store, (0, "evaluate"), (phase.round, phase.phase), Role.REPORT)
        measured.append(_measured(label, phase.round, rows, against))
        for row in rows:
            before = base.get(row.place)
            proved = row.attempt.status == "proved"
            if phase.phase == "evaluate" and proved and before is not None and before.attempt.status != "proved":
                new[row.attempt.problem] = NewProof(
                    problem=row.attempt.problem,
                    statement=statements[row.place],
                    proof=row.attempt.proof or "",
                    label=label,
                    calls=row.attempt.cost.lean_calls,
                )
    rounds = [entry.round for entry in done if entry.phase == "evaluate" and entry.round > 0]
    last = rounds[-1] if rounds else 0
    return Rounds(
        finished=control is not None and control.round == max(entry.round for entry in phases),
        measured=tuple(measured),
        against_table=compared(store, (control.round, "control"), (last, "evaluate"), Role.REPORT)
        if control is not None and last
        else None,
        baseline="table of frequencies" if control is None or _label(control) == TABLE else _label(control),
        against_first=compared(store, (1, "evaluate"), (last, "evaluate"), Role.REPORT) if last > 1 else None,
        phases=tuple(phases),
        models=tuple(store.models()),
        critics=tuple(critics(store)),
        dropped=tuple(store.dropped()),
        guard=store.get("guard") or "",
        counts=store.counts(),
        shift=_shift(store, phases),
        new=tuple(new.values()),
    )


def write_rounds(store: IterateStore, out: Path) -> Rounds:
    """Write `rounds.html` and `rounds.json` and return what is in them."""
    found = summarise_rounds(store)
    write_whole(out / "rounds.json", f"{found.model_dump_json(indent=1)}\n".encode())
    write_whole(out / "rounds.html", rounds_page(found, out.absolute().name).encode())
    return found


def rounds_page(found: Rounds, name: str) -> str:
    """Return a self-contained page."""
    parts = (
        "<main>",
        _head(found, name),
        "<h2>Proved at the budget</h2>",
        _proved(found),
        "<h2>What was learnt from</h2>",
        _growth(found),
        "<h2>Losses</h2>",
        _losses(found),
        critics_section(found.critics),
        f"<h2>Newly proved ({len(found.new)})</h2>",
        _new(found.new),
        "<h2>Shift of tactics</h2>",
        _tactics(found),
        f"<h2>Kept out of the training data ({len(found.dropped)})</h2>",
        _dropped(found),
        "<h2>Phases</h2>",
        _phases(found.phases),
        "<h2>Models</h2>",
        _models(found.models),
        "</main>",
    )
    return page(f"{name}: rounds", "\n".join(parts), styles=("page.css", "run.css", "rounds.css"), scripts=(), data={})


def _label(phase: PhaseRecord) -> str:
    if phase.phase == "control":
        return str(phase.facts.get("baseline", TABLE))
    return f"round {phase.round}" if phase.round else "automation"


def _curve(rows: Sequence[Row]) -> Curve | None:
    """Return what was proved within fewer calls; of a strategy that reads its budget nothing is known of that."""
    if any(StrategySpec.model_validate(row.attempt.strategy).reads_budget for row in rows):
        return None
    return curve([trial(row.attempt) for row in rows], "lean_calls")


def _measured(label: str, number: int, rows: Sequence[Row], against: Comparison | None) -> Measured:
    proved = [row.attempt.status == "proved" for row in rows]
    names = dict.fromkeys(row.dataset for row in rows)
    return Measured(
        label=label,
        round=number,
        problems=len(rows),
        proved=sum(proved),
        share=wilson(sum(proved), len(rows)),
        datasets={
            name: (
                sum(good for row, good in zip(rows, proved, strict=True) if row.dataset == name),
                sum(row.dataset == name for row in rows),
            )
            for name in names
        },
        against=against,
        calls=sum(row.attempt.cost.lean_calls for row in rows),
        curve=_curve(rows),
    )


def _shift(store: IterateStore, phases: Sequence[PhaseRecord]) -> dict[str, dict[str, float]]:
    """Return for each round the share of every template among the tactics of its verified proofs."""
    shares: dict[str, dict[str, float]] = {}
    for phase in phases:
        if phase.phase != "search":
            continue
        counts: Counter[str] = Counter()
        for _, verified, states in store.searched(phase.round, "search"):
            if verified is None:
                continue
            for state in states:
                for tried in state.tried:
                    if tried.on_proof and not tried.audited:
                        counts[_template(state.goals[0], tried.tactic)] += 1
        total = sum(counts.values())
        shares[f"round {phase.round}"] = {name: number / total for name, number in counts.most_common()}
    return shares


def _template(goal: str, tactic: str) -> str:
    parsed = parse_goal(goal, 0)
    known = constants(parsed)
    # The lemmas that were found at the goal are not kept; those that the tactic names are enough to know it again.
    scope = GoalContext(premises=tuple(lemma for lemma in _LEMMA.findall(tactic) if lemma not in known))
    return next((name for name, actions in proposed(parsed, WIDE, scope) if tactic in actions), "other")


def _head(found: Rounds, name: str) -> str:
    said = "".join(f"<li>{escape(line)}</li>" for line in found.lines)
    unfinished = "" if found.finished else note("This run is unfinished: figures are of what there is.")
    return (
        f'<p class="eyebrow">expert iteration</p><h1>{escape(name)}</h1>{unfinished}<ul class="said">{said}</ul>'
        '<p class="soft">Figures are of the reporting half of the evaluation problems; the other half decides which '
        "model is promoted. Nothing of either half is trained on.</p>"
    )


def _proved(found: Rounds) -> str:
    names = list(dict.fromkeys(name for measured in found.measured for name in measured.datasets))
    rows = (
        (
            escape(measured.label),
            f"{measured.proved} of {measured.problems}",
            whisker(measured.share),
            percent(measured.share),
            *("{} of {}".format(*measured.datasets.get(name, (0, 0))) for name in names),
            ""
            if measured.against is None
            else f"{_signed(measured.against.difference.value)} points "
            f"({_signed(measured.against.difference.low)} to {_signed(measured.against.difference.high)})",
            f"{measured.calls:,}",
        )
        for measured in found.measured
    )
    whole = table(
        ("policy", "proved", "", "share, 95 % interval", *names, "against automation, paired", "Lean calls"),
        rows,
        "groups wide",
    )
    curves = [(measured.label, measured.curve) for measured in found.measured if measured.curve is not None]
    if not curves:
        return whole
    return f'{whole}<div class="card padded">{drawing(curves)}{legend([label for label, _ in curves])}</div>'


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"


def _growth(found: Rounds) -> str:
    kinds = ("proofs", "states with a proof", "tactics in proofs", "judged tactics")
    done = [entry for entry in found.phases if entry.phase == "examples" and entry.finished]
    rows = ((f"round {phase.round}", *(f"{phase.facts.get(kind, 0):,}" for kind in kinds)) for phase in done)
    lines = [Line(kind, [(phase.round, float(phase.facts.get(kind, 0))) for phase in done]) for kind in kinds[:3]]
    drawn = f'<div class="card padded growth">{plot(lines, "round", whole=True)}</div>'
    return drawn + table(("", *kinds), rows, "groups plain")


def _losses(found: Rounds) -> str:
    cards = [f'<div class="card padded"><h3>{escape(model.name)}</h3>{losses(model)}</div>' for model in found.models]
    return f'<div class="pairs">{"".join(cards)}</div>' if cards else "<p>No model has been trained yet.</p>"


def _new(new: Sequence[NewProof]) -> str:
    if not new:
        return "<p>No theorem that automation had not proved.</p>"
    rows = "".join(
        f"<details><summary>{escape(new_proof.problem)} "
        f"<small>{escape(new_proof.label)}, {new_proof.calls} Lean calls</small></summary>"
        f"<pre>{escape(new_proof.statement)}\n{escape(_indented(new_proof.proof))}</pre></details>"
        for new_proof in new[:MOST_PROOFS]
    )
    more = note(f"{len(new) - MOST_PROOFS} more are in the store.") if len(new) > MOST_PROOFS else ""
    return f'<div class="card padded failures">{rows}</div>{more}'


def _indented(proof: str) -> str:
    return "\n".join(f"  {line}" for line in proof.split("\n"))


def _tactics(found: Rounds) -> str:
    rounds = list(found.shift)
    names = dict.fromkeys(name for shares in found.shift.values() for name in shares)
    order = sorted(names, key=lambda name: -max(shares.get(name, 0.0) for shares in found.shift.values()))[:24]
    rows = ((escape(name), *(_bar(found.shift[number].get(name, 0.0)) for number in rounds)) for name in order)
    remark = '<p class="soft">Shares of the tactics in verified proofs of training problems, by template.</p>'
    return table(("template", *rounds), rows, "groups plain") + remark


def _bar(share: float) -> str:
    return f'<span class="share-bar"><i style="width:{100 * share:.1f}%"></i></span> {100 * share:.1f} %'


def _dropped(found: Rounds) -> str:
    reasons = Counter(dropped.reason for dropped in found.dropped)
    said = fact_list([("guarded against", found.guard), *((reason, str(count)) for reason, count in reasons.items())])
    rows = "".join(
        f"<tr><td>{escape(dropped.name)}</td><td>{dropped.reason}</td><td>{escape(dropped.like)}</td></tr>"
        for dropped in found.dropped[:MOST_DROPPED]
    )
    whole = f"<table><tbody>{rows}</tbody></table>"
    listed = f"<details><summary>which ones</summary>{whole}</details>" if found.dropped else ""
    return f'<div class="card padded failures">{said}{listed}</div>'


def _phases(phases: Sequence[PhaseRecord]) -> str:
    def facts(record: PhaseRecord) -> str:
        return escape(", ".join(f"{name} {_short(value)}" for name, value in record.facts.items()))

    rows = (
        (str(entry.round), entry.phase, duration(entry.seconds) if entry.finished else "unfinished", facts(entry))
        for entry in phases
    )
    return table(("round", "phase", "took", "what came of it"), rows, "phases")


def _models(models: Sequence[ModelRecord]) -> str:
    rows = (
        (
            escape(model.name),
            f"{model.parameters / 1e6:.1f} M",
            f"{model.examples:,}",
            str(model.seed),
            model.sha256[:12],
            model.parent[:12],
            model.data_sha256[:12],
            "promoted" if model.promoted else "",
        )
        for model in models
    )
    return table(("model", "parameters", "examples", "seed", "weights", "from", "data", ""), rows, "groups plain")


def _short(value: float | int | str) -> str:
    if isinstance(value, str):
        return value[:12] if len(value) == 64 else value
    return f"{value:,}"
