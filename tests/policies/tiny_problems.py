"""Three statements, their proofs, and what a tiny model has to be taught: prompts with goals as Lean prints them."""

from __future__ import annotations

from dataclasses import replace

from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.policies.models.prompt_request import build_prompt_request
from prover.policies.recipes import ChatPrompt, Prompt, find_recipe
from prover.policies.repair import Repairing, tried
from prover.types import Problem, ProofState
from search.types import Advanced, Solved
from tests.policies.tiny_model import Pairs

SUM = Problem(name="tiny_sum", statement="theorem tiny_sum (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by")
BOTH = Problem(
    name="tiny_both", statement="theorem tiny_both (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by"
)
INDUCTION = Problem(
    name="tiny_induction",
    statement="theorem tiny_induction (n : ℕ) (f : ℕ → ℕ) (h₀ : f 0 = 0) (h : ∀ k, f (k + 1) = f k + 2 * k + 1) : "
    "f n = n ^ 2 := by",
)
PROBLEMS = (SUM, BOTH, INDUCTION)

STEPS = {
    "tiny_sum": ["omega"],
    "tiny_both": ["constructor", "exact hp", "exact ⟨hq, hr⟩"],
    "tiny_induction": ["induction n with\n| zero => exact h₀\n| succ k ih => grind"],
}
"""The tactics of each proof, the first part first."""
PROOFS = {
    "tiny_sum": "have hb : b = 3 := by omega\nomega",
    "tiny_both": "constructor\n· exact hp\n· exact ⟨hq, hr⟩",
    "tiny_induction": "induction n with\n| zero => exact h₀\n| succ k ih => grind",
}
WRONG = "have hb : b = 4 := by omega\nomega"
"""What a model says of `tiny_sum` before it is told what is wrong with it."""


def steps(session: EmbeddedSession) -> Pairs:
    """Return the prompts of the recipe `tiny` on the way through every proof, with the tactics."""
    recipe = find_recipe("tiny")
    pairs: Pairs = []
    for problem in PROBLEMS:
        parts: list[ProofState] = [session.start(problem)]
        for tactic in STEPS[problem.name]:
            state = parts.pop(0)
            pairs.append((shown(recipe.prompt(build_prompt_request(problem, state, recipe))), f"{tactic}[END]"))
            step = session.step(state, tactic)
            assert isinstance(step, Advanced | Solved), step
            if isinstance(step, Advanced):
                parts = [*session.split(step.state), *parts]
        assert not parts
    return pairs


def proofs(session: EmbeddedSession) -> Pairs:
    """Return the prompts of the recipe `chat`, with proofs: right ones, but for `tiny_sum`."""
    recipe = find_recipe("chat")
    return [
        (
            shown(recipe.prompt(build_prompt_request(problem, session.start(problem), recipe))),
            answer(problem, WRONG if problem is SUM else PROOFS[problem.name]),
        )
        for problem in PROBLEMS
    ]


def correction(session: EmbeddedSession) -> tuple[str, str]:
    """Return the prompt of `chat` that shows a model its wrong proof of `tiny_sum`, with the right one."""
    recipe = find_recipe("chat")
    with Pool(lambda: session) as alone:
        failed = Repairing(alone, "core", rounds=1, correct=False).step(alone.start(SUM), WRONG)
    assert isinstance(failed, Advanced)
    attempts = [tried(failure, answer(SUM, WRONG)) for failure in failed.state.tried]
    request = build_prompt_request(SUM, replace(failed.state, tried=()), recipe, attempts=attempts)
    return shown(recipe.prompt(request)), answer(SUM, PROOFS["tiny_sum"])


def answer(problem: Problem, block: str) -> str:
    """Write a proof as a model answers in a conversation."""
    body = "\n".join(f"  {line}" for line in block.split("\n"))
    return f"```lean4\n{problem.statement}\n{body}\n```"


def shown(prompt: Prompt) -> str:
    """Return a prompt as the tiny model's chat template writes it."""
    if not isinstance(prompt, ChatPrompt):
        return prompt.text
    turns = "".join(f"<{turn.role}>{turn.content}</{turn.role}>" for turn in prompt.messages)
    return f"{turns}<assistant>"
