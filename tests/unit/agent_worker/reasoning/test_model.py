"""Asking a model over a real socket: whatever the endpoint does, there is an outcome."""

import json

import pytest

from agent_worker.capabilities.reasoning.model import Endpoint, ModelReasoner
from agent_worker.domain.actions import OfferedAction, ThoughtOutcome, ThoughtRequest
from tests.support import model_server as server
from tests.support.kafka import free_ports
from tests.support.model_server import Behaviour, model_server

OFFERS = (
    OfferedAction(
        name="try_repair",
        purpose="Try a repair.",
        input_schema={
            "type": "object",
            "properties": {
                "thought": {"type": "string"},
                "repair": {"type": "string", "enum": ["unify_times", "blank_tokens"]},
            },
            "required": ["thought", "repair"],
            "additionalProperties": False,
        },
    ),
    OfferedAction(name="measure", purpose="Measure.", input_schema={"type": "object"}),
)


def a_question(seconds: float = 10) -> ThoughtRequest:
    return ThoughtRequest(
        model="stub-1",
        instructions="Choose one.",
        question="What next?",
        offers=OFFERS,
        tokens_out_max=500,
        timeout_seconds=seconds,
    )


async def asked(url: str, seconds: float = 10, api_key: str = "") -> ThoughtOutcome:
    reasoner = ModelReasoner(Endpoint(url, api_key))
    try:
        return await reasoner.think(a_question(seconds))
    finally:
        await reasoner.stop()


async def test_a_choice_comes_back_with_its_input_and_what_it_took() -> None:
    with model_server(server.answers_well) as stub:
        outcome = await asked(stub.url)
    assert outcome == ThoughtOutcome(
        name="try_repair",
        arguments={"thought": "The figures say so.", "repair": "blank_tokens"},
        tokens_in=server.TOKENS_IN,
        tokens_out=server.TOKENS_OUT,
    )


async def test_a_question_is_one_bounded_request_with_the_offers_as_tools() -> None:
    with model_server(server.answers_well) as stub:
        await asked(stub.url, api_key="secret-key")
    (question,) = stub.questions
    assert question["path"] == "/v1/chat/completions"
    assert (question["model"], question["temperature"]) == ("stub-1", 0)
    assert question["tool_choice"] == "required"
    assert 500 in {question.get("max_tokens"), question.get("max_completion_tokens")}
    assert "try_repair" in json.dumps(question["tools"])
    assert stub.keys == ["Bearer secret-key"]


@pytest.mark.parametrize(
    ("behave", "trouble"),
    [
        (server.talks, "it chose no action"),
        (server.calls_twice, "it chose 2 actions at once"),
        (server.gives_broken_json, "the input of its action is no JSON object"),
        (server.answers_garbage, "its answer could not be read"),
        (server.answers_another_object, "its answer could not be read"),
        (server.answers_hugely, "the answer has more than 1000000 bytes"),
        (server.fails, "its endpoint answered with HTTP status 500"),
        (server.is_busy, "its endpoint answered with HTTP status 429"),
        (server.hangs_up, "its connection broke off"),
    ],
)
async def test_an_endpoint_that_behaves_badly_is_asked_once_and_said_to_be_so(
    behave: Behaviour, trouble: str
) -> None:
    with model_server(behave) as stub:
        outcome = await asked(stub.url)
    assert outcome.trouble.startswith(trouble)
    assert "secret" not in outcome.trouble
    assert len(stub.questions) == 1


@pytest.mark.parametrize("behave", [server.hangs, server.drips])
async def test_an_answer_that_takes_too_long_is_not_waited_for(behave: Behaviour) -> None:
    with model_server(behave) as stub:
        outcome = await asked(stub.url, seconds=0.4)
    assert outcome == ThoughtOutcome(trouble="it did not answer within 0.4 s")


async def test_an_endpoint_that_is_not_there_costs_nothing() -> None:
    (port,) = free_ports(1)
    outcome = await asked(f"http://127.0.0.1:{port}/v1")
    assert outcome.trouble == "its endpoint could not be reached"
    assert (outcome.tokens_in, outcome.tokens_out) == (0, 0)


async def test_what_an_endpoint_does_not_count_is_left_open() -> None:
    with model_server(server.answers_uncounted) as stub:
        outcome = await asked(stub.url)
    assert (outcome.trouble, outcome.tokens_in, outcome.tokens_out) == ("", None, None)


async def test_a_key_is_not_shown_with_its_endpoint() -> None:
    assert "secret" not in repr(Endpoint("http://localhost/v1", "secret"))
