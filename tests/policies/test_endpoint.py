"""`openai:` against a real local server that fails in every way servers fail."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from prover.errors import PolicyError, PromptTooLong, UsageError
from prover.policies.models import endpoint
from prover.policies.models.endpoint import EndpointGenerator
from prover.policies.models.generation import Generation, Request
from prover.policies.models.settings import EndpointSettings
from prover.policies.recipes import ChatPrompt, Message, Sampling, TextPrompt
from tests.policies.stub_server import Stub, broken_json, disconnect, says, serving, slow, status

SAMPLING = Sampling(max_tokens=16, stop=("\n",))
KEY = "sk-this-must-not-be-seen"


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setattr(endpoint, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(Stub()) as running:
        yield running


def ask(stub: Stub, *requests: Request, **settings: Any) -> list[Any]:
    generator = EndpointGenerator(stub.url, "m", EndpointSettings(**settings))
    try:
        return generator.generate(requests or [text("prove it")])
    finally:
        generator.close()


def text(prompt: str, samples: int = 1) -> Request:
    return Request(TextPrompt(prompt), samples, SAMPLING, seed=0)


def chat(samples: int = 1, prefill: str = "") -> Request:
    return Request(ChatPrompt((Message("user", "prove it"),), prefill), samples, SAMPLING, seed=0)


def test_a_completion_with_its_log_probability_and_its_bill(stub: Stub) -> None:
    stub.plan = [says("omega\nsimp", "ring", log_prob=-3.0)]
    (answer,) = ask(stub, text("prove it", 2))
    assert [completion.text for completion in answer.completions] == ["omega", "ring"], "a text ends at its stop string"
    assert [completion.log_prob for completion in answer.completions] == [pytest.approx(-3.0)] * 2
    assert (answer.tokens_in, answer.tokens_out) == (10, 4)
    body = stub.asked[0]
    assert (body["path"], body["prompt"], body["n"], body["stop"], body["logprobs"]) == (
        "/v1/completions", "prove it", 2, ["\n"], 1,
    )  # fmt: skip
    assert stub.keys == [f"Bearer {KEY}"]


def test_a_conversation_with_a_prefilled_answer(stub: Stub) -> None:
    (answer,) = ask(stub, chat(prefill="by"))
    assert answer.completions[0].text == "omega"
    body = stub.asked[0]
    assert body["path"] == "/v1/chat/completions"
    assert body["messages"] == [{"role": "user", "content": "prove it"}, {"role": "assistant", "content": "by"}]
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)


@pytest.mark.parametrize(
    "failure",
    [status(429, "slow down"), status(500, "oops"), status(503, "loading"), broken_json, disconnect],
    ids=["429", "500", "503", "broken JSON", "disconnect"],
)
def test_what_passes_is_repeated(stub: Stub, failure: Any) -> None:
    stub.plan = [failure, failure]
    (answer,) = ask(stub)
    assert isinstance(answer, Generation)
    assert len(stub.asked) == 3


def test_the_same_request_is_sent_with_the_same_seed(stub: Stub) -> None:
    stub.plan = [status(500, "oops")]
    ask(stub)
    assert stub.asked[0] == stub.asked[1]


def test_a_slow_answer_is_given_up_and_asked_for_again(stub: Stub) -> None:
    stub.plan = [slow(2.0)]
    (answer,) = ask(stub, timeout=0.3)
    assert answer.completions[0].text == "omega"
    assert len(stub.asked) == 2


def test_a_server_says_how_long_to_wait(stub: Stub) -> None:
    stub.plan = [status(429, "slow down", Retry_After="0.4")]
    ask(stub)
    assert 0.4 <= stub.times[1] - stub.times[0] < 2.0


def test_a_server_that_asks_for_hours_is_not_waited_for(stub: Stub) -> None:
    stub.plan = [status(429, "quota", Retry_After="7200")]
    (answer,) = ask(stub)
    assert isinstance(answer, PolicyError)
    assert "come back in 7200 s" in str(answer)


def test_one_failing_request_leaves_the_others_alone(stub: Stub) -> None:
    def by_prompt(handler: Any, body: dict[str, Any]) -> None:
        (status(400, "bad word") if body["prompt"] == "bad" else says("omega"))(handler, body)

    stub.otherwise = by_prompt
    answers = ask(stub, text("good"), text("bad"), text("fine"))
    assert [isinstance(answer, Generation) for answer in answers] == [True, False, True]
    assert "the server refuses the request (400: bad word)" in str(answers[1])


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (status(500, "oops"), "answers 500 (oops) (3 tries; retries= allows more)"),
        (status(401, f"bad key {KEY}"), "the key in $OPENAI_API_KEY is refused (401: bad key ***)"),
        (status(404, "no such model"), "nothing there for 'm' (no such model): the address mostly ends in /v1"),
        (status(400, "maximum context length is 8 tokens"), "do not fit into the model's context"),
        (broken_json, "its answer cannot be read"),
        (disconnect, "the connection broke (RemoteProtocolError)"),
        (slow(1.0), "did not answer within 0.1 s; raise timeout="),
    ],
    ids=["500", "401", "404", "too long", "broken JSON", "disconnect", "slow"],
)
def test_one_sentence_with_the_remedy(stub: Stub, failure: Any, sentence: str) -> None:
    stub.otherwise = failure
    (answer,) = ask(stub, retries=2, timeout=0.1 if "0.1 s" in sentence else 30)
    assert isinstance(answer, PolicyError)
    assert sentence in str(answer)
    assert isinstance(answer, PromptTooLong) == ("context" in sentence)
    assert KEY not in str(answer)


def test_the_key_is_in_no_log(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    stub.plan = [status(500, f"you sent {KEY}")]
    with caplog.at_level(logging.DEBUG):
        ask(stub)
    assert caplog.records, "httpx logs requests"
    assert KEY not in caplog.text


def test_without_a_key_none_is_sent(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    ask(stub)
    assert stub.keys == [None]
    stub.otherwise = status(401, "who are you")
    assert "the key in $OPENAI_API_KEY is not set" in str(ask(stub)[0])


def test_a_server_that_gives_fewer_samples_is_asked_again_at_the_same_time(
    stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.otherwise = slow(0.1)
    generator = EndpointGenerator(stub.url, "m", EndpointSettings(concurrency=4))
    (answer,) = generator.generate([text("prove it", 4)])
    assert isinstance(answer, Generation)
    assert len(answer.completions) == 4 and answer.tokens_in == 40, "a prompt that is sent four times is paid for"
    assert [body["n"] for body in stub.asked] == [4, 1, 1, 1] and stub.most_in_flight == 3
    assert len({body["seed"] for body in stub.asked}) == 4
    (again,) = generator.generate([text("and this", 3)])
    generator.close()
    assert [body["n"] for body in stub.asked[4:]] == [1, 1, 1], "it is known by then"
    assert isinstance(again, Generation)
    assert len(again.completions) == 3 and caplog.text.count("1 of the 4 samples") == 1


def test_one_failing_sample_fails_the_request_and_the_others_are_paid(stub: Stub) -> None:
    stub.plan = [says("one"), status(401, "no"), says("two")]
    generator = EndpointGenerator(
        stub.url, "m", EndpointSettings(concurrency=2, price_in=1.0, price_out=1.0, max_cost=1.0, retries=0)
    )
    (answer,) = generator.generate([text("prove it", 3)])
    generator.close()
    assert isinstance(answer, PolicyError) and len(stub.asked) == 3 and generator.purse.spent > 0


def test_a_server_that_wants_the_newer_name_of_a_limit(stub: Stub) -> None:
    stub.plan = [status(400, "'max_tokens' is not supported, use 'max_completion_tokens'")]
    (answer,) = ask(stub)
    assert isinstance(answer, Generation)
    assert stub.asked[1]["max_completion_tokens"] == 16
    assert "max_tokens" not in stub.asked[1]


def test_without_log_probabilities_equal_answers_are_counted(stub: Stub) -> None:
    stub.plan = [says("a", "b", "a", "a")]
    (answer,) = ask(stub, text("prove it", 4), log_probs="false")
    assert [completion.log_prob for completion in answer.completions] == [pytest.approx(-math.log(4))] * 4
    assert len({completion.ids for completion in answer.completions}) == 4, "each counts"
    assert "logprobs" not in stub.asked[0]


def test_no_more_in_flight_than_allowed_from_all_threads(stub: Stub) -> None:
    stub.otherwise = slow(0.05)
    generator = EndpointGenerator(stub.url, "m", EndpointSettings(concurrency=3))
    threads = [Thread(target=generator.generate, args=([text(f"{n} {m}") for m in range(4)],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    generator.close()
    assert len(stub.asked) == 16
    assert stub.most_in_flight == 3


def test_requests_a_minute(stub: Stub) -> None:
    ask(stub, *(text(str(number)) for number in range(4)), per_minute=600)
    assert stub.times[-1] - stub.times[0] >= 0.3 - 0.02


def test_the_cap_on_costs_is_never_exceeded(stub: Stub) -> None:
    # A request costs at most 16 tokens out, 16 USD here, and really 2: the prompt is free.
    generator = EndpointGenerator(
        stub.url, "m", EndpointSettings(price_in=0.0, price_out=1e6, max_cost=40.0, concurrency=8)
    )
    answers = generator.generate([text(str(number)) for number in range(20)])
    generator.close()
    served = [answer for answer in answers if isinstance(answer, Generation)]
    assert generator.purse.spent == pytest.approx(2.0 * len(served)) and generator.purse.spent <= 40.0
    assert len(served) == 13, "the next might have cost 16 more than 26"
    refused = next(answer for answer in answers if isinstance(answer, PolicyError))
    assert "the cap of 40 USD leaves no room" in str(refused) and "raise max_cost=" in str(refused)


def test_loading_asks_for_the_model(stub: Stub) -> None:
    EndpointGenerator(stub.url, "m", EndpointSettings()).load()
    with pytest.raises(PolicyError, match="the server has no model 'other'; it has m"):
        EndpointGenerator(stub.url, "other", EndpointSettings()).load()


def test_a_server_that_is_down_is_said_at_once(stub: Stub) -> None:
    generator = EndpointGenerator("http://127.0.0.1:9/v1", "m", EndpointSettings())
    with pytest.raises(PolicyError, match="no server answers there: start it, or correct the address"):
        generator.load()


@pytest.mark.parametrize(
    ("url", "settings", "message"),
    [
        ("localhost:8000", {}, "is no address"),
        ("http://me:secret@localhost/v1", {}, "must not hold a password"),
        ("http://localhost/v1", {"max_cost": 1.0}, "needs price_in= and price_out="),
    ],
)
def test_what_cannot_be_meant(url: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        EndpointGenerator(url, "m", EndpointSettings(**settings))
    assert "secret" not in str(caught.value)
