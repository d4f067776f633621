"""Numbers, against values worked out by hand or elsewhere, and against simulations."""

from __future__ import annotations

import math
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.bench.curve import Trial, curve
from prover.bench.pass_at_k import mean_pass_at_k, pass_at_k
from prover.bench.stratum import stratum
from prover.errors import UsageError
from prover.runs.intervals import binomial_at_most, bootstrap, clopper_pearson, mean, quantile, wilson
from prover.runs.paired import Pair, compare, holm, mcnemar, sentence


class TestIntervals:
    def test_wilson(self) -> None:
        # Brown, Cai and DasGupta's formula by hand for 8 of 10 at z = 1.959964: centre 0.71668, half width 0.22648.
        found = wilson(8, 10)
        assert (found.low, found.high) == pytest.approx((0.49016, 0.94332), abs=1e-5)
        assert (wilson(0, 10).low, wilson(10, 10).high) == (0.0, 1.0)
        assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
        # The field's rule of thumb: of 244 problems, about 6 points either way.
        assert wilson(122, 244).high - 0.5 == pytest.approx(0.062, abs=1e-3)

    def test_clopper_pearson(self) -> None:
        # R: binom.test(8, 10)$conf.int is 0.4439045 0.9747893.
        found = clopper_pearson(8, 10)
        assert (found.low, found.high) == pytest.approx((0.4439045, 0.9747893), abs=1e-6)
        # At the ends there are closed forms: 1 - (alpha / 2)^(1 / n).
        assert clopper_pearson(0, 10).high == pytest.approx(1 - 0.025 ** (1 / 10))
        assert clopper_pearson(10, 10).low == pytest.approx(0.025 ** (1 / 10))

    @given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
    def test_binomial(self, successes: int, trials: int, share: float) -> None:
        direct = sum(
            math.comb(trials, count) * share**count * (1 - share) ** (trials - count)
            for count in range(min(successes, trials) + 1)
        )
        assert binomial_at_most(successes, trials, share) == pytest.approx(direct, abs=1e-9)

    def test_binomial_of_many_trials_does_not_underflow(self) -> None:
        assert binomial_at_most(7500, 15000, 0.5) == pytest.approx(0.5, abs=0.01)

    @pytest.mark.parametrize("interval", [wilson, clopper_pearson])
    def test_coverage(self, interval: object) -> None:
        rng, covered = random.Random(1), 0
        for _ in range(400):
            found = interval(sum(rng.random() < 0.35 for _ in range(244)), 244)  # type: ignore[operator]
            covered += found.low <= 0.35 <= found.high
        assert covered / 400 == pytest.approx(0.95, abs=0.03)

    def test_bootstrap(self) -> None:
        found = bootstrap([1.0] * 85 + [0.0] * 159, mean)
        near = wilson(85, 244)
        assert found.value == 85 / 244
        assert (found.low, found.high) == pytest.approx((near.low, near.high), abs=0.01)
        assert bootstrap([2.0] * 9, mean).low == bootstrap([2.0] * 9, mean).high == 2.0
        assert found == bootstrap([1.0] * 85 + [0.0] * 159, mean), "the same input gives the same interval"

    def test_quantile(self) -> None:
        assert [quantile([1, 2, 3, 4], share) for share in (0, 1 / 3, 0.5, 1)] == [1, 2, 2.5, 4]


class TestPassAtK:
    @pytest.mark.parametrize("samples", [1, 2, 5, 7])
    def test_is_the_share_of_subsets_with_a_proof(self, samples: int) -> None:
        for proved in range(samples + 1):
            for k in range(1, samples + 1):
                subsets = list(combinations(range(samples), k))
                share = sum(any(sample < proved for sample in subset) for subset in subsets) / len(subsets)
                assert pass_at_k(samples, proved, k) == pytest.approx(share)

    def test_is_unbiased(self) -> None:
        rng, chance, k = random.Random(2), 0.2, 4
        estimates = [pass_at_k(10, sum(rng.random() < chance for _ in range(10)), k) for _ in range(20_000)]
        assert mean(estimates) == pytest.approx(1 - (1 - chance) ** k, abs=0.005)

    def test_mean_over_problems(self) -> None:
        found = mean_pass_at_k([(4, 4), (4, 0), (4, 1), (4, 2)], 2, deterministic=False)
        assert found.value == pytest.approx((1 + 0 + 1 / 2 + 5 / 6) / 4)
        assert found.low <= found.value <= found.high

    def test_refuses_what_means_nothing(self) -> None:
        with pytest.raises(UsageError, match="independent samples"):
            mean_pass_at_k([(4, 1)], 1, deterministic=True)
        with pytest.raises(UsageError, match=r"pass@5 needs 5 samples or more a problem, and there are 4"):
            mean_pass_at_k([(4, 1)], 5, deterministic=False)


class TestPaired:
    def test_mcnemar(self) -> None:
        assert mcnemar(0, 0) == 1.0
        assert mcnemar(3, 3) == 1.0
        assert mcnemar(0, 6) == pytest.approx(2 / 2**6)
        # By hand: 2 * (C(20,0) + ... + C(20,5)) / 2^20 = 43400 / 1048576.
        assert mcnemar(5, 15) == mcnemar(15, 5) == pytest.approx(43400 / 1048576)

    def test_mcnemar_is_rarely_significant_by_chance(self) -> None:
        rng, found = random.Random(3), 0
        for _ in range(500):
            wins = sum(rng.random() < 0.5 for _ in range(40))
            found += mcnemar(wins, 40 - wins) < 0.05
        assert found / 500 < 0.06

    def test_holm(self) -> None:
        assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
        assert holm([0.9, 0.8]) == [1.0, 1.0]
        assert holm([]) == []

    def test_counts(self) -> None:
        found = compare(_pairs(both=3, wins=4, losses=1, neither=2), ["lean_calls"])
        assert (found.problems, found.both, len(found.wins), len(found.losses), found.neither) == (10, 3, 4, 1, 2)
        assert found.difference.value == pytest.approx(0.3)
        assert found.difference.low < 0.3 < found.difference.high

    def test_ratios(self) -> None:
        found = {
            ratio.over: ratio for ratio in compare(_pairs(both=5, wins=4, losses=0, neither=3), ["lean_calls"]).ratios
        }
        assert found["all"].problems == 12 and found["all"].ratio.value == pytest.approx(0.5)
        assert found["both proved"].problems == 5
        assert compare(_pairs(both=2, wins=0, losses=0, neither=0), ["tokens"]).ratios == ()

    @pytest.mark.parametrize(
        ("wins", "losses", "said"),
        [
            (0, 0, "a and b proved exactly the same problems"),
            (4, 4, "a and b proved equally many problems"),
            (20, 2, "b proves more than a, and the difference is real at the 95% level"),
            (2, 20, "a proves more than b, and the difference is real"),
            (5, 2, "b proved more than a, but the difference may well be chance"),
        ],
    )
    def test_sentence(self, wins: int, losses: int, said: str) -> None:
        found = compare(_pairs(both=30, wins=wins, losses=losses, neither=30), [])
        assert sentence(found, "a", "b").startswith(said)


class TestCurve:
    def test_counts_what_is_found_within_a_cost(self) -> None:
        found = curve([_proved(5), _proved(1), _proved(5), _stopped(100), _stopped(100)], "lean_calls", 100)
        assert found is not None
        assert [(point.cost, point.solved) for point in found.points] == [(0, 0), (1, 1), (5, 3), (100, 3)]
        assert found.points[2].low < 3 / 5 < found.points[2].high
        assert found.exact_until is None and found.last == 100

    def test_is_a_lower_bound_beyond_what_another_limit_left_unknown(self) -> None:
        trials = [_proved(90), _stopped(30, by="heartbeats"), _stopped(100)]
        found = curve(trials, "lean_calls", 100)
        assert found is not None and found.exact_until == 30
        trials = [_proved(90), _stopped(95, by="lean_calls")]  # what it would do next did not fit
        found = curve(trials, "lean_calls", 100)
        assert found is not None and found.exact_until is None
        found = curve([_proved(90), Trial(proved=False, spent={"lean_calls": 3.0}, ended=True)], "lean_calls", 100)
        assert found is not None and found.exact_until is None

    def test_a_problem_that_was_not_attempted_is_in_the_denominator(self) -> None:
        found = curve([_proved(2), Trial(proved=False)], "lean_calls")
        assert found is not None and found.problems == 2 and found.exact_until == 0.0

    def test_a_unit_that_was_never_spent_has_no_curve(self) -> None:
        assert curve([_proved(5)], "tokens", None) is None

    @given(st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=30))
    def test_agrees_with_running_under_a_smaller_budget(self, needed: list[tuple[int, bool]]) -> None:
        limit = 40
        trials = [_proved(cost) if able and cost <= limit else _stopped(limit) for cost, able in needed]
        found = curve(trials, "lean_calls", limit)
        assert found is not None
        for budget in range(1, limit + 1):
            solved = sum(able and cost <= budget for cost, able in needed)
            assert [point.solved for point in found.points if point.cost <= budget][-1] == solved


def test_strata() -> None:
    names = {
        "aime_1983_p9": "aime", "aimeII_2020_p6": "aime", "amc12a_2003_p25": "amc", "imo_1962_p4": "imo",
        "imosl_2007_algebra_p6": "imo", "mathd_algebra_10": "mathd_algebra", "induction_sum_odd": "induction",
        "mathd_numbertheory_35": "mathd_numbertheory", "algebra_sqineq_at2malt1": "algebra",
        "numbertheory_x5neqy2p4": "numbertheory", "lean_workbook_10168": "lean_workbook",
        "lean_workbook_plus_52050": "lean_workbook_plus", "Nat.add_comm": "Nat", "t": "other", "t1": "other",
    }  # fmt: skip
    assert {name: stratum(name) for name in names} == names


def _proved(cost: float) -> Trial:
    return Trial(proved=True, position={"lean_calls": cost}, spent={"lean_calls": cost}, ended=True)


def _stopped(cost: float, by: str = "lean_calls") -> Trial:
    return Trial(proved=False, spent={"lean_calls": cost}, stopped_by=by)


def _pairs(both: int, wins: int, losses: int, neither: int) -> list[Pair]:
    kinds = [(True, True)] * both + [(False, True)] * wins + [(True, False)] * losses + [(False, False)] * neither
    costs = {"first_cost": {"lean_calls": 20}, "second_cost": {"lean_calls": 10}}
    return [
        Pair(name=f"p{number}", first=first, second=second, **costs) for number, (first, second) in enumerate(kinds)
    ]


class TestNewcombe:
    """Method 10 of Newcombe (1998) for the difference of paired proportions."""

    def test_an_example(self) -> None:
        from prover.runs.intervals import newcombe

        found = newcombe(36, 12, 2, 0)  # both, only the second, only the first, neither: 0.20 (0.06 to 0.34)
        assert found.value == pytest.approx(0.2)
        assert (round(found.low, 2), round(found.high, 2)) == (0.06, 0.34)

    def test_no_discordant_pairs_do_not_mean_no_uncertainty(self) -> None:
        from prover.runs.intervals import newcombe

        for both, neither in ((0, 10), (10, 0), (5, 5), (100, 100)):
            found = newcombe(both, 0, 0, neither)
            assert found.low < 0 < found.high and found.value == 0
        assert newcombe(5, 0, 0, 5).high > newcombe(500, 0, 0, 500).high
        assert newcombe(0, 0, 0, 0).low == -1

    def test_turned_round_it_is_the_same(self) -> None:
        from prover.runs.intervals import newcombe

        one, other = newcombe(20, 7, 2, 11), newcombe(20, 2, 7, 11)
        assert one.low == pytest.approx(-other.high) and one.high == pytest.approx(-other.low)
