"""Training the tiny decoder: what it computes, that it learns, and that a kill changes nothing."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): nothing is trained here")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml)")

import torch

from prover.errors import PolicyError
from prover.lean.goals import parse_goal
from prover.policies.goal_context import NOTHING_KNOWN
from prover.policies.tiny.branches import OUTCOMES, SPECIAL, batch, outcome_logits, row
from prover.policies.tiny.policy import load_tiny, read_card
from prover.policies.tiny.score import BLOCK, log_proving
from prover.train.decoder import MOST_PARAMETERS, DecoderSize, build_decoder, build_tokenizer
from prover.train.fit import TinyPreset, fit, held_out_loss, labelled
from prover.train.learn import WEIGHTS, is_held_out, train_tiny, write_table
from prover.train.records import ModelRecord
from prover.types import Goal, Label
from tests.train import made

SIZE = DecoderSize(vocabulary=400, width=64, layers=2, heads=2, inner=128)
PRESET = TinyPreset(size=SIZE, epochs=40, rate=4e-3, batch_tokens=1024, branches=8, threads=1, checkpoint_every=5)
ROWS = [made.example(number) for number in range(64)]
TEXTS = [text for example in ROWS for text in (*example.goals, *(judged.tactic for judged in example.judged))]
# The loss falls from chance to nearly nothing within a few steps, around step 140 for the seeds that were tried; which
# step it is depends on how a processor rounds. 40 epochs are 160 steps, and these are 320.
LEARNS = PRESET.model_copy(update={"epochs": 80})
QUICK = PRESET.model_copy(update={"epochs": 8})
"""For what does not depend on how much was learnt: 32 steps."""


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelRecord]:
    """A model that was trained for long enough to know which tactic proves, and its record."""
    folder = tmp_path_factory.mktemp("learnt") / "m"
    return folder, train_tiny(ROWS, TEXTS, LEARNS, 0, folder, name="m")


def state(text: str) -> Goal:
    return parse_goal(text, 1)


class TestTokenizer:
    def test_the_same_texts_give_the_same_tokens(self) -> None:
        one, other = build_tokenizer(TEXTS, SIZE), build_tokenizer(TEXTS, SIZE)
        assert one.to_str() == other.to_str()

    @pytest.mark.parametrize("text", ["⊢ ∀ x ∈ ℝ, x₀ ≤ √π", "h✝ : List.map_append\n\t", "∑ i, f i", "日本", ""])
    def test_nothing_is_lost(self, text: str) -> None:
        tokenizer = build_tokenizer(TEXTS, SIZE)
        assert tokenizer.decode(tokenizer.encode(text).ids) == text

    def test_the_first_tokens_are_ours(self) -> None:
        tokenizer = build_tokenizer(TEXTS, SIZE)
        assert [tokenizer.id_to_token(number) for number in range(len(SPECIAL))] == list(SPECIAL)


class TestDecoder:
    def test_of_the_preset_is_tiny(self) -> None:
        # The largest vocabulary that the preset may learn.
        size = TinyPreset().size
        count = size.vocabulary * size.width + size.layers * (4 * size.width**2 + 3 * size.width * size.inner)
        assert count < MOST_PARAMETERS and 4 * count < 25_000_000

    def test_too_large_a_one_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no tiny one"):
            build_decoder(build_tokenizer(TEXTS, SIZE), DecoderSize(width=1024, layers=8, inner=4096), 0)

    def test_branches_do_not_see_each_other(self) -> None:
        tokenizer = build_tokenizer(TEXTS, SIZE)
        model = build_decoder(tokenizer, SIZE, 0).eval()
        context = tokenizer.encode("a : ℕ\n⊢ 0 < a").ids
        tactics = [tokenizer.encode(entry).ids for entry in ("simp", "exact foo a\nomega", "grind [foo]")]
        tactics *= 1 + 2 * BLOCK // sum(map(len, tactics))  # several blocks
        together = log_proving(model, context, tactics)
        whole = row(context, tactics)
        with torch.inference_mode():
            hidden = model.model(**batch([whole], torch.float32)).last_hidden_state
            trained_on = outcome_logits(model, hidden, [whole.ends]).log_softmax(-1)[:, 0]
            for number, tactic in enumerate(tactics):
                alone = model(input_ids=torch.tensor([row(context, [tactic]).tokens])).logits[0, -1]
                expected = alone[list(OUTCOMES)].log_softmax(-1)[0].item()
                assert together[number] == pytest.approx(expected, abs=1e-5)
                assert trained_on[number].item() == pytest.approx(expected, abs=1e-5)

    def test_of_no_tactics_nothing_is_said(self) -> None:
        model = build_decoder(build_tokenizer(TEXTS, SIZE), SIZE, 0).eval()
        assert log_proving(model, [9, 10], []) == []

    def test_padding_changes_nothing(self) -> None:
        tokenizer = build_tokenizer(TEXTS, SIZE)
        model = build_decoder(tokenizer, SIZE, 0).eval()
        short = row([9, 10], [[11], [12, 13]])
        long = row(list(range(7, 60)), [[11, 12]] * 5)
        with torch.inference_mode():
            alone = model.model(**batch([short], torch.float32)).last_hidden_state
            padded = model.model(**batch([short, long], torch.float32)).last_hidden_state
        assert torch.allclose(alone[0], padded[0, : len(short.tokens)], atol=1e-5)

    def test_a_state_that_is_too_long_keeps_its_end(self) -> None:
        made_row = row(list(range(7, 1007)), [[5]])
        assert made_row.tokens[made_row.prefix - 2] == 1006 and len(made_row.tokens) == made_row.prefix + 2
        assert len(batch([made_row], torch.float32)["input_ids"][0]) == len(made_row.tokens)


class TestTraining:
    def trained(self, folder: Path, stop: int | None = None) -> tuple[dict[str, torch.Tensor], object]:
        """Train; with `stop`, break off after so many steps, as a kill would, and go on in a fresh model."""

        class Killed(Exception): ...

        def watch(step: int, steps: int, loss: float) -> None:
            if step == stop:
                raise Killed

        tokenizer = build_tokenizer(TEXTS, SIZE)
        rows = labelled(ROWS[8:], tokenizer, 8, 0)
        apart = labelled(ROWS[:8], tokenizer, 8, 0)
        model = build_decoder(tokenizer, SIZE, 0)
        if stop is not None:
            with pytest.raises(Killed):
                fit(model, rows, apart, QUICK, 0, folder / "checkpoint.pt", watch)
            model = build_decoder(tokenizer, SIZE, 1)  # nothing of the first process is left but the checkpoint
        curve = fit(model, rows, apart, QUICK, 0, folder / "checkpoint.pt")
        return model.state_dict(), curve

    def test_a_kill_changes_nothing(self, tmp_path: Path) -> None:
        whole, curve = self.trained(tmp_path / "whole")
        for stop in (5, 20):
            resumed, again = self.trained(tmp_path / str(stop), stop)
            assert curve == again
            assert all(torch.equal(whole[name], resumed[name]) for name in whole)

    def test_the_weights_are_those_of_the_least_loss_on_what_was_held_out(self, tmp_path: Path) -> None:
        tokenizer = build_tokenizer(TEXTS, SIZE)
        # What is held out contradicts what is trained on, so that it gets worse and worse.
        lying = [
            example.model_copy(
                update={"judged": tuple(j.model_copy(update={"label": Label.REFUSED}) for j in example.judged)}
            )
            for example in ROWS[:8]
        ]
        rows, apart = labelled(ROWS, tokenizer, 8, 0), labelled(lying, tokenizer, 8, 0)
        model = build_decoder(tokenizer, SIZE, 0)
        curve = fit(model, rows, apart, QUICK, 0, tmp_path / "checkpoint.pt")
        least = min(loss for _, loss in curve.held_out)
        assert least < curve.held_out[-1][1]
        assert held_out_loss(model, apart, QUICK) == pytest.approx(least, abs=1e-4)

    def test_it_learns_which_tactic_proves(self, learnt: tuple[Path, ModelRecord]) -> None:
        folder, record = learnt
        assert record.losses[-1][1] < record.losses[0][1]
        policy = load_tiny(folder)
        model, tokenizer = policy._ready()  # type: ignore[union-attr]
        right = 0
        for example in ROWS[:16]:
            context = tokenizer.encode(example.goals[0]).ids
            found = log_proving(model, context, [tokenizer.encode(j.tactic).ids for j in example.judged])
            right += example.judged[found.index(max(found))].label.value == "proved"
        assert right >= 12  # one in eight by chance

    @pytest.mark.slow
    def test_decoder_and_table_weigh_what_they_are_worth(
        self, learnt: tuple[Path, ModelRecord], tmp_path: Path
    ) -> None:
        # What it learns is wrong of all that is held out: it is to be believed less.
        after = {letter: "bcdefgha"[number] for number, letter in enumerate("abcdefgh")}
        wrong = [
            entry.model_copy(update={"goals": (entry.goals[0].replace(f"< {was}", f"< {after[was]}"),)})
            for entry, was in ((example, example.positives[0][-1]) for example in ROWS)
            if not is_held_out(entry)
        ]
        train_tiny([*wrong, *filter(is_held_out, ROWS)], TEXTS, LEARNS, 0, tmp_path / "wrong", name="m")
        # No template proposes these tactics, so the table says the same of all: only the decoder can be believed.
        assert read_card(learnt[0]).policy_exponent == max(WEIGHTS)
        assert read_card(tmp_path / "wrong").policy_exponent < max(WEIGHTS)

    @pytest.mark.slow
    def test_the_same_seed_gives_the_same_model(self, tmp_path: Path) -> None:
        one = train_tiny(ROWS, TEXTS, PRESET, 3, tmp_path / "one", name="m")
        other = train_tiny(ROWS, TEXTS, PRESET, 3, tmp_path / "other", name="m")
        third = train_tiny(ROWS, TEXTS, PRESET, 4, tmp_path / "third", name="m")
        assert one == other and one.sha256 != third.sha256

    @pytest.mark.slow
    def test_a_child_knows_its_parent(self, tmp_path: Path) -> None:
        parent = train_tiny(ROWS, TEXTS, PRESET, 0, tmp_path / "parent", name="parent")
        child = train_tiny(ROWS, (), PRESET, 1, tmp_path / "child", name="child", parent=tmp_path / "parent")
        assert child.parent == parent.sha256 != child.sha256
        assert read_card(tmp_path / "child").lineage["parent"] == parent.sha256


class TestPolicy:
    GOAL = "n : ℕ\nxs : List ℕ\nh : 0 < n\n⊢ n + 0 = n"

    def test_proposes_distinct_tactics_best_first(self, tmp_path: Path) -> None:
        train_tiny(ROWS, TEXTS, QUICK, 0, tmp_path / "m", name="m")
        policy = load_tiny(tmp_path / "m")
        found = policy.propose(state(self.GOAL), 12, NOTHING_KNOWN)
        tactics = [suggestion.action for suggestion in found.suggestions]
        chances = [suggestion.log_prob for suggestion in found.suggestions]
        assert len(set(tactics)) == len(tactics) == 12 and chances == sorted(chances, reverse=True)
        assert max(chances) <= 0.0 and found.cost.policy_seconds > 0 and found.cost.tokens_in > 0
        assert "omega" in [
            suggestion.action for suggestion in policy.propose(state(self.GOAL), 100, NOTHING_KNOWN).suggestions
        ]
        assert policy.propose(state(self.GOAL), 12, NOTHING_KNOWN).suggestions == found.suggestions

    def test_a_state_is_worth_what_its_best_tactic_is(self, tmp_path: Path) -> None:
        train_tiny(ROWS, TEXTS, QUICK.model_copy(update={"value_exponent": 0.5}), 0, tmp_path / "m", name="m")
        policy = load_tiny(tmp_path / "m")
        found = policy.propose(state(self.GOAL), 1000, NOTHING_KNOWN).suggestions
        model, tokenizer = policy._ready()  # type: ignore[union-attr]
        tactics = [tokenizer.encode(suggestion.action).ids for suggestion in found]
        best = max(log_proving(model, tokenizer.encode(self.GOAL).ids, tactics))
        assert best < 0.0
        assert math.log(sum(math.exp(suggestion.log_prob) for suggestion in found)) == pytest.approx(
            0.5 * best, abs=1e-3
        )

    def test_writes_tactics_of_its_own(self, learnt: tuple[Path, ModelRecord], tmp_path: Path) -> None:
        shutil.copytree(learnt[0], tmp_path / "m")
        card = read_card(tmp_path / "m").model_copy(update={"samples": 8})
        (tmp_path / "m" / "model.json").write_text(card.model_dump_json())
        goal = state(ROWS[3].goals[0])
        one, other = load_tiny(tmp_path / "m"), load_tiny(tmp_path / "m")
        found = one.propose(goal, 100, NOTHING_KNOWN)
        # No template says `exact foo x`: the decoder does, as it has learnt.
        assert any(suggestion.action.startswith("exact foo") for suggestion in found.suggestions)
        assert other.propose(goal, 100, NOTHING_KNOWN).suggestions == found.suggestions
        assert found.cost.generations == 8 and found.cost.tokens_out > 0

    def test_the_control_is_a_table_of_frequencies(self, tmp_path: Path) -> None:
        goal = "n : ℕ\nh : 3 < n\n⊢ 0 < n"
        right = {"tactic": "omega", "label": Label.PROVED}
        rows = [
            example.model_copy(update={"goals": (goal,), "judged": (example.judged[0].model_copy(update=right),)})
            for example in ROWS
        ]
        write_table(rows, "table", tmp_path / "t")
        policy = load_tiny(tmp_path / "t")
        assert policy.name == "table"
        found = policy.propose(state(goal), 5, NOTHING_KNOWN)
        assert found.suggestions[0].action == "omega"
        assert found.suggestions[0].log_prob > found.suggestions[1].log_prob + 0.5

    def test_no_model_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="holds no model"):
            load_tiny(tmp_path)
