"""Ask a model for Lean statements of an informal problem, and keep those that nothing speaks against."""

from __future__ import annotations

from collections.abc import Callable

from prover.errors import InputError
from prover.formalize.agreement import Compared, agree
from prover.formalize.asking import LONGEST, Author, read_answer
from prover.formalize.checks import Checker
from prover.formalize.records import Formalization, Statement
from prover.train.fingerprint import sha256, tokens
from prover.types import Problem

Tell = Callable[[str], None]
"""Is told what is done, a line each time."""


def formalize(
    informal: str,
    author: Author,
    checker: Checker,
    *,
    samples: int = 8,
    context: str = "core",
    back: bool = False,
    tell: Tell = lambda line: None,
) -> Formalization:
    """Return the statements that a model wrote, what Lean says of each, and which of them agree.

    Raises `InputError` for a problem without words, `PolicyError` for a model that does not answer, and what keeps Lean
    from being used.
    """
    informal = " ".join(informal.split())
    if not informal:
        raise InputError(
            'the problem is empty: write it in words, prover formalize "the sum of two odd numbers is even"'
        )
    if len(informal) > LONGEST:
        raise InputError(f"the problem is longer than {LONGEST} characters: ask for one theorem at a time")
    tell(f"asking for {samples} statements")
    answers = author.write(informal, samples)
    found, compared = list[Statement](), list[Compared]()
    for statement, problem in _read(answers, context):
        if problem is not None:
            tell(f"checking statement {statement.number}")
            statement, digest = checker.check(statement, problem)
            if statement.status == "kept":
                compared.append(Compared(statement, problem, digest))
        found.append(statement)
    tell(f"comparing {len(compared)} statements")
    groups = agree(compared, checker)
    if back and compared:
        tell(f"translating {len(compared)} statements back")
        said = author.translate([one.problem.statement for one in compared])
        words = {one.found.number: text for one, text in zip(compared, said, strict=True)}
        found = [one.model_copy(update={"back": words.get(one.number, "")}) for one in found]
    return Formalization(
        informal=informal,
        model=author.name,
        asked=samples,
        answers=len(answers),
        lean=checker.pool.info,
        statements=tuple(found),
        groups=groups,
        lean_calls=checker.spent,
    )


def _read(answers: list[str], context: str) -> list[tuple[Statement, Problem | None]]:
    """Return what stands in answers, equal ones once; an answer without a statement is a row that says why."""
    rows: dict[str, tuple[Statement, Problem | None]] = {}
    for answer in answers:
        number = len(rows) + 1
        try:
            problem = read_answer(answer, number, context)
        except InputError as error:
            key = f"unread\0{answer}"
            made = Statement(
                number=number, statement=answer.strip()[:400], samples=1, status="unread", message=str(error)
            )
            fresh: tuple[Statement, Problem | None] = (made, None)
        else:
            key = f"{problem.header}\0{sha256(tokens(problem.statement))}"
            kept = Statement(
                number=number, statement=problem.statement, header=problem.header, samples=1, status="kept"
            )
            fresh = (kept, problem)
        if key in rows:
            statement, before = rows[key]
            rows[key] = (statement.model_copy(update={"samples": statement.samples + 1}), before)
        else:
            rows[key] = fresh
    return list(rows.values())
