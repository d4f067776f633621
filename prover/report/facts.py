"""What every report states in addition to its numbers, as names and values: one list for all formats."""

from __future__ import annotations

from prover.bench.summary import Summary
from prover.runs.intervals import Interval
from prover.types import CostRecord

Pairs = list[tuple[str, str]]


def setting(summary: Summary) -> Pairs:
    """Return under what conditions the numbers hold; pairs without a value are left out."""
    config = summary.config
    search, lean, dataset = config.search, config.lean, config.dataset
    files = "; ".join(f"{name} {sha256}" for name, sha256 in dataset.files.items())
    options = ", ".join(f"{name} {_plain(value)}" for name, value in config.strategy_options.items())
    sampling = ", ".join(f"{name} {value}" for name, value in config.policy.sampling.items())
    first, last = search.seed, search.seed + config.samples - 1
    versions = sorted({f"{segment.machine.package} {segment.machine.commit}".strip() for segment in summary.segments})
    pairs = [
        ("Lean", f"{lean.version}, {lean.backend}"),
        ("context", f"{lean.context} {lean.context_sha256}"),
        ("dataset", f"{dataset.name}{f' ({dataset.selection})' if dataset.selection else ''}"),
        ("revision", dataset.revision),
        ("files, sha256", files),
        ("statements, sha256", dataset.statements_sha256),
        ("policy", f"{config.policy.name}{'' if not config.policy.deterministic else ' (deterministic)'}"),
        ("policy, sha256", config.policy.sha256),
        ("prompt recipe", config.policy.recipe or "none: the policy has no prompt"),
        ("sampling", sampling or ("none: the policy is deterministic" if config.policy.deterministic else "")),
        ("strategy", f"{search.strategy.name} ({options})"),
        ("budget a problem", str(search.budget)),
        ("limit a step", f"{search.heartbeats:,} thousand heartbeats, {search.step_seconds:g} s as a guard"),
        ("attempts a problem", str(config.samples)),
        ("seeds", str(first) if first == last else f"{first} to {last}"),
        ("workers", ", ".join(sorted({str(segment.workers) for segment in summary.segments}))),
        ("machine", "; ".join(sorted({str(segment.machine) for segment in summary.segments}))),
        ("Python", ", ".join(sorted({segment.machine.python for segment in summary.segments}))),
        ("proofsmith", ", ".join(versions)),
        ("configuration, sha256", summary.config_sha256),
    ]
    return [(name, value) for name, value in pairs if value]


def costs(cost: CostRecord) -> Pairs:
    """Return a cost in every unit that was spent."""
    return [
        (label, f"{amount:,.2f}" if isinstance(amount, float) else f"{amount:,}")
        for _, label, amount in cost.items()
        if round(amount, 2)
    ]


def percent(interval: Interval) -> str:
    """Return a share with its bounds, in percent."""
    return f"{100 * interval.value:.1f} % ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def apart(summary: Summary) -> str:
    """Say how many proofs are of faulty statements, which are counted apart."""
    counted = [f"{len(names)} {kind}" for kind, names in summary.faulty.items() if names]
    if not counted:
        return ""
    sound = summary.proved - sum(len(names) for names in summary.faulty.values())
    return f"{' and '.join(counted)} statements among the proved; without them {sound} of {summary.problems}"


def lost_attempts(summary: Summary) -> str:
    """Say what kills and interruptions cost, which no other figure includes."""
    if not summary.lost:
        return ""
    names = ", ".join(sorted({attempt.problem for attempt in summary.lost}))
    calls = sum(attempt.cost.lean_calls for attempt in summary.lost)
    seconds = sum(attempt.cost.wall_seconds for attempt in summary.lost)
    return (
        f"{len(summary.lost)} attempts were cut short and made again ({names}). They had cost at least {calls:,} Lean "
        f"calls and {seconds:,.0f} s, which no other figure here includes."
    )


def _plain(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
