"""The states and tactics of attempts as rows of the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from prover.runs.database import Database
from prover.runs.records import StateRecord, TacticRecord
from search.tree import Outcome, Status


def insert(file: sqlite3.Connection, attempt: int, states: Sequence[StateRecord]) -> None:
    """Write the states of an attempt, inside a transaction."""
    for state in states:
        number = file.execute(
            "INSERT INTO states (attempt, goals, depth, status) VALUES (?, ?, ?, ?)",
            (attempt, json.dumps(state.goals, ensure_ascii=False), state.depth, state.status.value),
        ).lastrowid
        file.executemany(
            "INSERT INTO tactics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    place,
                    tactic.tactic,
                    tactic.log_prob,
                    tactic.outcome.value,
                    tactic.status.value,
                    tactic.kind,
                    tactic.lean_calls,
                    tactic.heartbeats,
                    tactic.on_proof,
                    tactic.audited,
                )
                for place, tactic in enumerate(state.tried)
            ],
        )


def read(file: Database, attempt: int, problem: str) -> list[StateRecord]:
    """Return the states of an attempt, in order."""
    tried: dict[int, list[TacticRecord]] = {}
    for state, *fields in file.all(
        "SELECT t.state, t.tactic, t.log_prob, t.outcome, t.status, t.kind, t.lean_calls, t.heartbeats, "
        "t.on_proof, t.audited FROM tactics t JOIN states s ON s.id = t.state WHERE s.attempt = ? "
        "ORDER BY t.state, t.place",
        attempt,
    ):
        tactic, log_prob, outcome, status, kind, lean_calls, heartbeats, on_proof, audited = fields
        record = TacticRecord(
            tactic=tactic,
            log_prob=log_prob,
            outcome=Outcome(outcome),
            status=Status(status),
            kind=kind,
            lean_calls=lean_calls,
            heartbeats=heartbeats,
            on_proof=bool(on_proof),
            audited=bool(audited),
        )
        tried.setdefault(state, []).append(record)
    return [
        StateRecord(
            problem=problem,
            goals=tuple(json.loads(goals)),
            depth=depth,
            status=Status(status),
            tried=tuple(tried.get(number, ())),
        )
        for number, goals, depth, status in file.all(
            "SELECT id, goals, depth, status FROM states WHERE attempt = ? ORDER BY id", attempt
        )
    ]
