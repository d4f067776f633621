"""Answers as models write them: each was written for these tests in the manner of the model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.policies.recipes import RECIPES, PromptRequest, find_recipe

STATEMENT = "theorem sum_pos (a b : ℝ) (ha : 0 < a) (hb : 0 < b) : 0 < a + b := by"
REQUEST = PromptRequest(STATEMENT, goals=("a b : ℝ\nha : 0 < a\nhb : 0 < b\n⊢ 0 < a + b",))
PROOF = "have h := add_pos ha hb\nexact h"
INDENTED = "  have h := add_pos ha hb\n  exact h"
HEADER = (
    "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n\nopen BigOperators Real Nat Topology Rat\n\n"
)
FILE = f"{HEADER}{STATEMENT}\n{INDENTED}"
WHOLE = ["chat", "deepseek-prover-v2", "deepseek-prover-v2-cot", "goedel-prover-v2", "kimina-prover", "theoremllama"]
COMPLETING = ["deepseek-prover-v1.5", "deepseek-prover-v1.5-cot", "goedel-prover-v1", "stp"]


def fence(text: str, language: str = "lean4") -> str:
    return f"```{language}\n{text}\n```"


READ: dict[str, str] = {
    "a fence and nothing else": fence(FILE),
    "a plan with prose and a sketch before the code": (
        "### Detailed Proof and Analysis\n\nWe use `add_pos`.\n\n"
        + fence(f"{STATEMENT}\n  have h : 0 < a + b := by sorry\n  exact h")
        + "\n\n### Complete Lean 4 Proof\n\n"
        + fence(FILE)
    ),
    "no header": fence(f"{STATEMENT}\n{INDENTED}"),
    "another language mark": fence(FILE, "lean"),
    "a capital mark": fence(FILE, "Lean4"),
    "no mark": fence(FILE, ""),
    "thoughts with drafts": (
        "<think>\nFirst attempt:\n"
        + fence(f"{STATEMENT}\n  linarith", "tactics")
        + "\nNo: let me see.\n</think>\n\nHere is the proof.\n"
        + fence(FILE)
    ),
    "thoughts that the prompt had opened": "so it is positive.\n</think>\n" + fence(FILE),
    "tactics alone": fence(INDENTED),
    "tactics behind by": fence(f"by\n{INDENTED}"),
    "a statement that was changed": fence(
        f"{HEADER}theorem sum_pos (a b : ℝ) (ha : 0 ≤ a) (hb : 0 < b) : a + b > 0 := by\n{INDENTED}"
    ),
    "a statement broken over lines": fence(
        f"{HEADER}theorem sum_pos\n    (a b : ℝ) (ha : 0 < a)\n    (hb : 0 < b) :\n    0 < a + b :=\n  by\n{INDENTED}"
    ),
    "windows line ends": fence(FILE).replace("\n", "\r\n"),
    "a lemma that is not used": fence(f"{HEADER}lemma unused : 1 + 1 = 2 := by norm_num\n\n{STATEMENT}\n{INDENTED}"),
    "commands behind the proof": fence(f"{HEADER}{STATEMENT}\n{INDENTED}\n\n#print axioms sum_pos\nend Foo"),
    "a fence that the token before the end left out": f"The proof:\n\n```lean4\n{FILE}",
    "the mark of the turn's end": fence(FILE) + "<|im_end|>",
    "a fence in a list": "1. Write it:\n   ```lean4\n" + FILE + "\n   ```\n",
}


@pytest.mark.parametrize("recipe", WHOLE)
@pytest.mark.parametrize("case", READ)
def test_the_tactics_are_found(case: str, recipe: str) -> None:
    parsed = find_recipe(recipe).parse(READ[case], REQUEST)
    assert (parsed.block, parsed.note, parsed.complete) == (PROOF, "", True)


@pytest.mark.parametrize("recipe", COMPLETING)
@pytest.mark.parametrize(
    "output",
    [
        f"{INDENTED}\n```\n",
        f"\n{INDENTED}\n```",
        f"{INDENTED}\n",
        f"{INDENTED}\n```\n\nComplete the following Lean 4 code:\n\n```lean4\ntheorem other : 1 = 1 := by rfl",
        f"{INDENTED}\n\ntheorem other : 1 = 1 := by\n  rfl",
        f"{INDENTED}\n<\uff5cend▁of▁sentence\uff5c>",
    ],
)
def test_a_completion_ends_where_the_proof_ends(output: str, recipe: str) -> None:
    parsed = find_recipe(recipe).parse(output, REQUEST)
    assert (parsed.block, parsed.complete) == (PROOF, True)


def test_comments_stay_and_count_for_nothing_alone() -> None:
    commented = "  -- By addition of positives.\n  exact add_pos ha hb"
    parse = find_recipe("deepseek-prover-v1.5-cot").parse
    assert parse(commented + "\n```", REQUEST).block == "-- By addition of positives.\nexact add_pos ha hb"
    assert parse("  -- I do not know.\n```", REQUEST).block is None
    # A theorem in a comment is no theorem.
    assert parse("  /- theorem sum_pos : 1 = 1 -/\n  exact add_pos ha hb\n```", REQUEST).block is not None


def test_a_cut_answer_ends_with_its_last_finished_line_and_can_be_resumed() -> None:
    for recipe, start in (("deepseek-prover-v1.5", ""), ("goedel-prover-v2", f"A plan.\n\n```lean4\n{STATEMENT}\n")):
        parsed = find_recipe(recipe).parse(f"{start}{INDENTED}\n  nlinarith [sq_non", REQUEST, False)
        assert (parsed.block, parsed.complete) == (PROOF, False)
        assert parsed.note


def test_an_answer_cut_behind_a_closed_fence_is_whole() -> None:
    parsed = find_recipe("chat").parse(fence(FILE) + "\n\nThis proof uses the fact th", REQUEST, False)
    assert (parsed.block, parsed.complete) == (PROOF, True)


NOTHING: dict[str, tuple[str, bool, str]] = {
    "cut while thinking": ("<think>\nLet me try\n```lean4\n" + FILE, False, "thinking"),
    "empty": ("", True, "no code fence"),
    "prose": ("I cannot prove this theorem.", True, "no code fence"),
    "an empty fence": (fence(""), True, "no tactics"),
    "the statement alone": (fence(f"{HEADER}{STATEMENT}"), True, "no tactics"),
    "a statement without a proof": (fence(HEADER + STATEMENT.removesuffix(":= by")), True, "does not prove it"),
    "cut in the first lemma": (
        f"```lean4\n{HEADER}lemma helper : 1 + 1 = 2 := by norm_num\n\ntheorem sum_po",
        False,
        "broke off before sum_pos",
    ),
    "a lemma that the proof needs": (
        fence(f"{HEADER}lemma helper (a b : ℝ) : 0 < a + b := by sorry\n\n{STATEMENT}\n  exact helper a b"),
        True,
        "uses helper",
    ),
    "a definition that the proof needs": (
        fence(f"def f' (x : ℝ) := x\n\n{STATEMENT}\n  unfold f'\n  positivity"),
        True,
        "uses f'",
    ),
    "the statement inside the proof": (fence(f"  have : True := trivial; {STATEMENT} exact this"), True, "repeats"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing_is_returned_with_a_reason(case: str) -> None:
    output, finished, reason = NOTHING[case]
    parsed = find_recipe("goedel-prover-v2").parse(output, REQUEST, finished)
    assert parsed.block is None
    assert reason in parsed.note


def test_several_theorems_ours_is_taken_and_a_renamed_one_with_a_note() -> None:
    parse = find_recipe("chat").parse
    several = f"theorem a : 1 = 1 := by\n  rfl\n\n{STATEMENT}\n{INDENTED}\n\ntheorem z : 2 = 2 := by\n  rfl"
    assert parse(fence(several), REQUEST).block == PROOF
    renamed = parse(fence(FILE.replace("sum_pos", "my_theorem")), REQUEST)
    assert renamed.block == PROOF and renamed.note == "the answer proves my_theorem, not sum_pos"


def test_a_term_is_a_proof_too() -> None:
    term = f"{STATEMENT.removesuffix(' by')}\n  add_pos ha hb"
    assert find_recipe("chat").parse(fence(term), REQUEST).block == "exact add_pos ha hb"


def test_nested_blocks_keep_their_shape() -> None:
    nested = "  constructor\n  · have h : 0 < a := by\n      linarith\n    exact h\n  · simp"
    parsed = find_recipe("kimina-prover").parse(fence(f"{STATEMENT}\n{nested}"), REQUEST)
    assert parsed.block == "constructor\n· have h : 0 < a := by\n    linarith\n  exact h\n· simp"


STEPS: list[tuple[str, str, str | None]] = [
    ("reprover", "rw [<a>add_comm</a>]", "rw [add_comm]"),
    ("reprover", "", None),
    ("bfs-prover-v1", "a b : ℝ\n⊢ 0 < a + b:::positivity", "positivity"),
    ("bfs-prover-v2", " positivity\n", "positivity"),
    (
        "bfs-prover-v2",
        "calc\n  0 < a := ha\n  _ < a + b := by linarith",
        "calc\n  0 < a := ha\n  _ < a + b := by linarith",
    ),
    ("internlm2-step", "PROOFSTEP nlinarith [ha, hb]<|im_end|>", "nlinarith [ha, hb]"),
    ("internlm2.5-step", "nlinarith [ha, hb]", "nlinarith [ha, hb]"),
    ("llmstep", "exact add_pos ha hb<|endoftext|>[GOAL]x", "exact add_pos ha hb"),
    ("tiny", "omega[END][GOAL]b : ℕ[TACTIC]simp[END]", "omega"),
    ("chat-step", "I would use\n```lean4\nexact add_pos ha hb\n```", "exact add_pos ha hb"),
    ("chat-step", "<think>hm</think>`positivity`", None),
]


@pytest.mark.parametrize(("recipe", "output", "tactic"), STEPS)
def test_a_step_is_one_tactic(recipe: str, output: str, tactic: str | None) -> None:
    assert find_recipe(recipe).parse(output, REQUEST).block == tactic


def test_a_step_that_was_cut_gives_nothing() -> None:
    assert find_recipe("bfs-prover-v2").parse("nlinarith [sq_nonneg (a - ", REQUEST, False).block is None


PIECES = st.sampled_from(
    [
        *(
            "```",
            "```lean4\n",
            "```lean\n",
            "\n```\n",
            "<think>",
            "</think>",
            "<a>",
            ":::",
            "[END]",
            "[GOAL]",
            "PROOFSTEP ",
        ),
        *("\n", "\r\n", "  ", "\t", "/-", "-/", "--", '"', "'", "⟨", "(", "«", "· ", "\x00", "<|im_end|>"),
        *("theorem ", "theorem sum_pos", STATEMENT, "lemma h : 1 = 1 := by", "def f", "import Mathlib\n"),
        *("by", ":=", "exact h", "sorry"),
    ]
)
ANSWERS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=20).map("".join))


@given(ANSWERS, st.booleans())
@settings(deadline=None)
def test_parsing_never_raises_and_never_returns_the_statement(output: str, finished: bool) -> None:
    for recipe in RECIPES.values():
        parsed = recipe.parse(output, REQUEST, finished)
        if parsed.block is None:
            assert parsed.note
        else:
            assert " ".join(STATEMENT.removesuffix(":= by").split()) not in " ".join(parsed.block.split())
            lines = [line for line in parsed.block.split("\n") if line]
            assert lines and any(not line.startswith(" ") for line in lines)


@given(ANSWERS)
@settings(deadline=None)
def test_any_statement_is_taken(statement: str) -> None:
    request = PromptRequest(statement, goals=("⊢ True",))
    for recipe in RECIPES.values():
        recipe.prompt(request)
        recipe.parse(READ["a lemma that is not used"], request)
