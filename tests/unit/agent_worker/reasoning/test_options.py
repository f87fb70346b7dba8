"""What a model can choose: one of the offers, with inputs that were offered, or nothing."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.options import (
    THOUGHT_CHARACTERS_MAX,
    Option,
    OptionRefusedError,
    is_admissible,
    take_choice,
)
from shared.contracts.vocabulary import ActionType, Contract


class Sail(StrEnum):
    JIB = "jib"
    MAIN = "main"
    SPINNAKER = "spinnaker"


class SetSail(Contract):
    sail: Sail
    others: tuple[Sail, ...] = ()
    knots: int = 0


SAILS = Option(
    "set_sail",
    ActionType.TRANSFORM_DATA,
    "Set a sail.",
    SetSail,
    one_of={"sail": ("jib", "main")},
    some_of={"others": ("spinnaker", "main")},
    fixed={"knots": 7},
)
WAIT = Option("wait", ActionType.VALIDATE_DATA, "Wait.", Contract)
OPTIONS = (SAILS, WAIT)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(list(Sail)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def test_a_choice_is_the_action_with_its_input_in_order_and_what_is_fixed() -> None:
    arguments: dict[str, JsonValue] = {
        "thought": " Wind \n from behind. ",
        "sail": "jib",
        "others": ["main", "spinnaker"],
    }
    assert take_choice(OPTIONS, "set_sail", arguments) == ActionDecision(
        "Wind from behind.",
        ActionType.TRANSFORM_DATA,
        {"knots": 7, "sail": "jib", "others": ["spinnaker", "main"]},
    )


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("sink", {"thought": "!"}, "`sink` is not among the actions"),
        ("set_sail", {"sail": "jib"}, "gave no reason"),
        ("set_sail", {"thought": 1, "sail": "jib"}, "gave no reason"),
        ("set_sail", {"thought": "!", "sail": "spinnaker"}, "spinnaker is none of the values"),
        ("set_sail", {"thought": "!"}, "null is none of the values that `sail`"),
        ("set_sail", {"thought": "!", "sail": "jib", "others": ["jib"]}, "`others` can have"),
        ("set_sail", {"thought": "!", "sail": "jib", "others": "main"}, "no list of values"),
        ("set_sail", {"thought": "!", "sail": "jib", "knots": 99}, "`knots` is no input"),
        ("wait", {"thought": "!", "x" * 99: 1}, "…` is no input of wait"),
    ],
)
def test_what_was_not_offered_is_refused_with_the_reason(
    name: str, arguments: dict[str, JsonValue], why: str
) -> None:
    with pytest.raises(OptionRefusedError, match=why.replace("(", r"\(")):
        take_choice(OPTIONS, name, arguments)


@given(
    name=st.sampled_from(["set_sail", "wait", "sink"]),
    arguments=st.dictionaries(st.sampled_from(["thought", "sail", "others", "knots"]), JSON),
)
def test_whatever_is_answered_is_admissible_or_refused(
    name: str, arguments: dict[str, JsonValue]
) -> None:
    try:
        decision = take_choice(OPTIONS, name, arguments)
    except OptionRefusedError:
        return
    assert is_admissible(OPTIONS, decision)
    assert decision.action_input.get("knots", 7) == 7


def test_a_long_thought_is_cut() -> None:
    decision = WAIT.take({"thought": "very " * 1_000})
    assert len(decision.thought) == THOUGHT_CHARACTERS_MAX + 2


def test_an_offer_tells_which_values_there_are_and_nothing_of_what_is_fixed() -> None:
    schema = SAILS.offer().input_schema
    assert schema["required"] == ["thought", "sail", "others"]
    assert "knots" not in str(schema)
    assert "{'type': 'string', 'enum': ['jib', 'main']}" in str(schema)


def test_the_rules_own_decision_is_admissible_where_it_could_be_chosen() -> None:
    jib = SetSail(sail=Sail.JIB, knots=7).model_dump(mode="json")
    assert is_admissible(OPTIONS, ActionDecision("", ActionType.TRANSFORM_DATA, jib))
    faster = SetSail(sail=Sail.JIB, knots=8).model_dump(mode="json")
    assert not is_admissible(OPTIONS, ActionDecision("", ActionType.TRANSFORM_DATA, faster))
    assert not is_admissible(OPTIONS, ActionDecision("", ActionType.FINAL_RESULT, jib))
