"""Whether the two kernels agree: proofs that searches found, judged by both, and what they disagree on.

    prover bench lean_workbook/train --out runs/agree --limit 1500 --budget lean_calls=6 --heartbeats 2000
    python -m tests.benchmarks.two_kernels runs/agree --out runs/agree/two_kernels.jsonl

Every proof is elaborated once and handed to both kernels under its statement, which both have to accept, and under that
of another proof, which both have to judge alike. FILE holds a line for each; started again, it goes on behind the last.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prover.lean.context import Context
from prover.lean.embedded.install import Installation, install
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.client import KernelAnswer
from prover.lean.kernels import Kernels, NativeKernel
from prover.lean.session import Limits
from prover.runs.store import NAME, Store
from prover.types import Problem

STEPS = 40  # as many as a proof of these searches has at most
LIMITS = Limits(wall_seconds=600)


class Both(Kernels):
    """Both kernels, and what each of them said last, with the documents that they were asked about."""

    def __init__(self, installation: Installation) -> None:
        self.parts = (NativeKernel(installation, LIMITS), EmbeddedKernel(installation, LIMITS))
        super().__init__(self.parts, None)
        self.said: list[KernelAnswer] = []
        self.documents = (b"", b"")

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> tuple[KernelAnswer, ...]:
        """Ask both and keep their answers."""
        self.documents = (statement, candidate)
        self.said = [kernel.ask(where, statement, candidate, heartbeats) for kernel in self.parts]
        return tuple(self.said)


def proofs(folder: Path) -> Iterator[tuple[Problem, str]]:
    """Yield what a run proved: the problems and their proofs."""
    store = Store(folder / NAME)
    try:
        problems = {problem.name: problem for problem, _ in store.created()}
        for phase in store.phases():
            for attempt in store.attempts(phase):
                if attempt.status == "proved" and attempt.proof is not None:
                    yield problems[attempt.problem], attempt.proof
    finally:
        store.close()


def key(problem: Problem, proof: str) -> str:
    return hashlib.sha256(f"{problem.statement_sha256}\0{proof}".encode()).hexdigest()[:24]


def verdict(said: list[KernelAnswer]) -> str:
    """Return what two answers amount to: `accepted`, `refused`, `disagree`, or what one of them cannot judge."""
    if any(answer.reason == "unsupported by the native kernel" for answer in said):
        return "unsupported"
    if len({answer.accepted for answer in said}) > 1:
        return "disagree"
    return "accepted" if said[0].accepted else "refused"


def judged(
    verifier: EmbeddedVerifier, both: Both, problem: Problem, proof: str, other: tuple[str, bytes]
) -> dict[str, Any]:
    """Return the line of a proof; `other` is the context and the statement document of another one."""
    both.said = []
    found = verifier.verify(problem, proof, STEPS)
    line: dict[str, Any] = {"key": key(problem, proof), "problem": problem.name, "proof": proof}
    if not both.said:  # it did not come to the kernels
        return {**line, "verdict": "not elaborated", "says": getattr(found, "message", "")[:300]}
    own, documents = verdict(both.said), both.documents
    line |= {"verdict": own, "says": [answer.message for answer in both.said]}
    if other[0] == problem.context and other[1] and other[1] != documents[0]:
        crossed = both.ask(verifier._context(problem), other[1], documents[1], 400_000)
        line |= {"crossed": verdict(list(crossed)), "crossed_says": [answer.message for answer in crossed]}
        both.documents = documents
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of `prover bench`")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a line for each proof; resumed")
    parser.add_argument("--limit", type=int, default=500, help="so many proofs, those in FILE included")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in given.out.read_text("utf-8").splitlines()] if given.out.exists() else []
    done = {line["key"] for line in lines}
    installation = install()
    verifier, both, other = EmbeddedVerifier(installation, LIMITS), Both(installation), ("", b"")
    verifier._kernels = both
    try:
        with given.out.open("a", encoding="utf-8") as file:
            for problem, proof in (pair for run in given.runs for pair in proofs(run)):
                if len(lines) >= given.limit:
                    break
                if key(problem, proof) in done:
                    continue
                line = judged(verifier, both, problem, proof, other)
                other = (problem.context, both.documents[0])
                done.add(line["key"])
                lines.append(line)
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
    finally:
        verifier.close()
        both.close()
    print(f"{len(lines)} proofs:", dict(Counter(line["verdict"] for line in lines)))
    print("under the statement of another proof:", dict(Counter(line.get("crossed", "not asked") for line in lines)))
    for line in lines:
        if "disagree" in (line["verdict"], line.get("crossed")) or line["verdict"] not in ("accepted", "disagree"):
            print(f"  {line['problem']}: {line['verdict']}, {line.get('crossed', '-')}: {line['says']}"
                  f" {line.get('crossed_says', '')}")  # fmt: skip


if __name__ == "__main__":
    main()
