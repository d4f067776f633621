"""What a model is asked for a statement, and how its answer is read.

The words of the prompts are our own. Several samples of one prompt are compared afterwards, as in self-consistency
(Wang et al. 2022, 2203.11171, section 2); the translation back into words is after MMA (Jiang et al. 2023, 2311.03755),
where it made training pairs.
"""

from __future__ import annotations

import re

from prover.errors import InputError, PolicyError, UsageError
from prover.lean.source_text import blanked, declared
from prover.policies.entry import PolicySpec
from prover.policies.models.generation import Generation, Request
from prover.policies.models.model import ModelPolicy
from prover.policies.recipes import ChatPrompt, Message, Sampling
from prover.types import Problem

MAX_TOKENS = 1024
TEMPERATURE = 0.8
LONGEST = 20_000
"""Characters of an informal problem, or of an answer, that are read at all."""

_SYSTEM = "You are an expert in Lean 4 and in mathematics. You translate precisely and add nothing."
_ASK = """State the following problem as one theorem of Lean 4, with the names of Mathlib. Do not prove it.
Give every variable its type and every assumption as a hypothesis. If a value is asked for, state which value it is.
Answer with the theorem alone, in one code block that ends in `:= by sorry`.

Problem: {informal}"""
_BACK = """Say in one or two plain sentences what the following Lean 4 theorem states.
Do not prove it and do not judge it.

{statement} sorry"""
_VARY = """Here is a theorem of Lean 4 that has a proof:

{statement} sorry

State one new theorem that the same ideas lead to: true, harder to prove, and not this one in other letters.
Do not prove it. Answer with the theorem alone, in one code block that ends in `:= by sorry`."""
_FENCE = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)
_HEAD = re.compile(
    r"\A\s*(?:(?:private|protected|noncomputable|nonrec)\s+)*(?:theorem|lemma)\s+(?:«[^»\n]*»|[^\s:({\[⦃]+)"
)
_OPEN = re.compile(r"open\s+(?:scoped\s+)?[\w.][\w. ]*")
_HARMLESS = re.compile(
    r"(?:import\s.*|set_option\s+(?:maxHeartbeats|maxRecDepth|autoImplicit)\s.*|noncomputable section)?"
)
_DECLARING = re.compile(
    r"(?:def|abbrev|instance|structure|inductive|class|axiom|opaque|example|mutual|section|macro|variable|universe"
    r"|notation|infix[lr]?|prefix|postfix|macro_rules|syntax|elab|attribute|namespace|local|scoped|noncomputable"
    r"|set_option|open|unsafe|partial|initialize|private)\b|#"
)
# A statement is a term: what runs code or leaves a hole while it is elaborated has no place in it.
_FORBIDDEN = re.compile(
    r"(?<![\w.'])(?:by|sorry|admit|run_tac|by_elab|eval%|unsafe|native_decide|axiom|macro|elab)(?![\w'])"
)


class Author:
    """A language model that writes statements. Raises `UsageError` for a policy that is none."""

    def __init__(self, model: str) -> None:
        spec = PolicySpec.model_validate(model)
        if spec.name == "openai" and "log_probs" not in spec.settings:
            # How probable an answer is plays no part here, and not every server tells it.
            spec = PolicySpec.model_validate(f"{model}{'&' if '?' in model else '?'}log_probs=false")
        policy = spec.make()
        if not isinstance(policy, ModelPolicy):
            raise UsageError(f"--model {model}: that is no language model; write openai:BASE_URL#MODEL or hf:PATH")
        settings = policy.settings
        self.name = model
        self._generator = policy.generator
        self._seed = settings.seed
        self._sampling = Sampling(
            temperature=TEMPERATURE if settings.temperature is None else settings.temperature,
            top_p=settings.top_p or 1.0,
            top_k=settings.top_k or 0,
            max_tokens=settings.max_tokens or MAX_TOKENS,
        )

    def load(self) -> None:
        """Make the model ready. Raises `PolicyError`, `SetupError`."""
        self._generator.load()

    def close(self) -> None:
        self._generator.close()

    def write(self, informal: str, samples: int) -> list[str]:
        """Return so many answers to an informal problem, as the model wrote them. Raises `PolicyError`."""
        request = Request(_chat(_ASK.format(informal=informal)), samples, self._sampling, self._seed)
        return self._texts([request])[0]

    def vary(self, statement: str, samples: int) -> list[str]:
        """Return so many answers to the question for a new theorem beside one that ends in `:= by`."""
        request = Request(_chat(_VARY.format(statement=statement)), samples, self._sampling, self._seed)
        return self._texts([request])[0]

    def translate(self, statements: list[str]) -> list[str]:
        """Return what each statement says in words, by this model. Raises `PolicyError`."""
        sampling = self._sampling.model_copy(update={"temperature": 0.0})
        asked = [Request(_chat(_BACK.format(statement=text)), 1, sampling, self._seed) for text in statements]
        return [" ".join(texts[0].split()) if texts else "" for texts in self._texts(asked)]

    def _texts(self, requests: list[Request]) -> list[list[str]]:
        found: list[list[str]] = []
        for answer in self._generator.generate(requests) if requests else ():
            if isinstance(answer, PolicyError):
                raise answer
            assert isinstance(answer, Generation)
            found.append([completion.text for completion in answer.completions])
        return found


def _chat(text: str) -> ChatPrompt:
    return ChatPrompt((Message("system", _SYSTEM), Message("user", text)))


def read_answer(answer: str, number: int, context: str) -> Problem:
    """Return the one theorem that an answer states, under the name `statement_N`.

    The last code block that states a theorem counts, or the whole answer where there is none. Its proof, if it has one,
    is left out; what stands before it may only open namespaces. Raises `InputError` with what is wrong.
    """
    if len(answer) > LONGEST:
        raise InputError(f"the answer is longer than {LONGEST} characters: ask with a smaller max_tokens=")
    if "\0" in answer:
        raise InputError("the answer is not text: ask another model")
    blocks = [block for block in _FENCE.findall(answer) if declared(block)]
    text = blocks[-1] if blocks else answer
    found = declared(text)
    if not found:
        raise InputError("the answer states no theorem that ends in `:= by`: ask again, or another model")
    if len(found) > 1:
        raise InputError(f"the answer states {len(found)} theorems: ask for one problem at a time")
    place = found[0]
    statement = text[place.start : place.proof].rstrip()
    statement = f"{statement.removesuffix('by').rstrip() if place.by else statement} by"
    body = statement.removesuffix("by").rstrip()
    head = _HEAD.match(body)
    if head is None:
        raise InputError("the answer puts an attribute or an option in front of its theorem: ask again")
    if (word := _FORBIDDEN.search(blanked(body)[0], head.end())) is not None:
        raise InputError(f"the statement holds `{word[0]}`, which runs code or leaves a hole: ask again")
    return Problem(
        name=f"statement_{number}",
        statement=f"theorem statement_{number}{body[head.end() :]} by",
        context=context,
        header=_header(text[: place.start]),
    )


def _header(text: str) -> str:
    """Return the lines in front of a theorem that open namespaces. Raises `InputError` for what declares something."""
    lines = []
    for line in blanked(text)[0].split("\n"):
        line = line.strip()
        if _OPEN.fullmatch(line):
            lines.append(line)
        elif not _HARMLESS.fullmatch(line) and _DECLARING.match(line):
            raise InputError(f"the answer declares more than its theorem ({line[:40]!r}): ask again")
    return "\n".join(lines)
