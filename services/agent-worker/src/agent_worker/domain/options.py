"""What an agent may do next, with inputs that can be checked: all that a model can choose from.

An option names an action and the contract of its input, as the rules fill it in. Of the input, a
model decides only what the option lists, from the values that it lists; everything else is fixed.
So whatever a model answers is either one of the things that the rules could have done, or refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue, ValidationError

from agent_worker.domain.actions import ActionDecision, OfferedAction
from shared.contracts.vocabulary import ActionType, Contract, Parameters

THOUGHT_FIELD = "thought"
"""The argument in which a model says why."""

THOUGHT_CHARACTERS_MAX = 1_000
"""Three long sentences; what is more is cut off."""

SHOWN_CHARACTERS_MAX = 80
"""Of an answer that is refused, in the reason."""


class OptionRefusedError(Exception):
    """An answer is none that can be followed; the text says why, to go on after `but`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One action that may be taken now."""

    name: str
    """What a model calls it; no two options at one point share it."""
    action: ActionType
    purpose: str
    """What it does and when it is right, in a sentence for a model."""
    input_model: type[Contract]
    """The same contract that the rules fill in, and the action reads."""
    one_of: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Fields that take one of these values."""
    some_of: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Fields that take any of these values, each once, in this order."""
    fixed: Parameters = field(default_factory=dict[str, JsonValue])
    """Fields that are not a model's to decide."""

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one way to take it."""
        several = any(len(values) > 1 for values in self.one_of.values())
        return several or any(map(len, self.some_of.values()))

    def offer(self) -> OfferedAction:
        """Return the option as a model is told of it."""
        properties: dict[str, JsonValue] = {
            THOUGHT_FIELD: {
                "type": "string",
                "description": "Why, in one to three sentences that name the evidence.",
            }
        }
        for name, values in self.one_of.items():
            properties[name] = {"type": "string", "enum": list(values)}
        for name, values in self.some_of.items():
            if values:
                some: JsonValue = {"type": "string", "enum": list(values)}
                properties[name] = {"type": "array", "items": some}
        schema: Parameters = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        return OfferedAction(name=self.name, purpose=self.purpose, input_schema=schema)

    def take(self, arguments: Parameters) -> ActionDecision:
        """Return the decision that a model's arguments stand for.

        Raises:
            OptionRefusedError: they are not of the kind that was offered.
        """
        thought = _thought_in(arguments)
        unknown = set(arguments) - {THOUGHT_FIELD, *self.one_of, *self.some_of}
        if unknown:
            raise OptionRefusedError(f"`{_shown(min(unknown))}` is no input of {self.name}")
        chosen: Parameters = dict(self.fixed)
        for name, values in self.one_of.items():
            chosen[name] = _one_of(name, values, arguments.get(name))
        for name, values in self.some_of.items():
            chosen[name] = _some_of(name, values, arguments.get(name, []))
        try:
            action_input = self.input_model.model_validate(chosen)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]["msg"]
            raise OptionRefusedError(f"its input of {self.name} is invalid: {first}") from error
        told = action_input.model_dump(mode="json", exclude_unset=True)
        return ActionDecision(thought, self.action, told)


def is_admissible(options: Sequence[Option], decision: ActionDecision) -> bool:
    """Tell whether the decision is one of those that the options stand for."""
    return any(_stands_for(option, decision) for option in options)


def take_choice(options: Sequence[Option], name: str, arguments: Parameters) -> ActionDecision:
    """Return the decision that a model has chosen.

    Raises:
        OptionRefusedError: the action is not on offer, or its arguments are not of its kind.
    """
    for option in options:
        if option.name == name:
            return option.take(arguments)
    raise OptionRefusedError(f"`{_shown(name)}` is not among the actions that may be taken now")


def _stands_for(option: Option, decision: ActionDecision) -> bool:
    if option.action is not decision.action:
        return False
    given = decision.action_input
    asked = {name: given[name] for name in (*option.one_of, *option.some_of) if name in given}
    try:
        chosen = option.take({THOUGHT_FIELD: "?", **asked}).action_input
        return option.input_model.model_validate(chosen) == option.input_model.model_validate(given)
    except (OptionRefusedError, ValidationError):
        return False


def _thought_in(arguments: Parameters) -> str:
    thought = arguments.get(THOUGHT_FIELD)
    words = " ".join(thought.split()) if isinstance(thought, str) else ""
    if not words:
        raise OptionRefusedError("it gave no reason for its choice")
    if len(words) <= THOUGHT_CHARACTERS_MAX:
        return words
    return f"{words[:THOUGHT_CHARACTERS_MAX]} …"


def _one_of(name: str, values: Sequence[str], given: JsonValue) -> str:
    for value in values:
        if value == given:
            return value
    raise OptionRefusedError(f"{_shown(given)} is none of the values that `{name}` can have")


def _some_of(name: str, values: Sequence[str], given: JsonValue) -> list[JsonValue]:
    if not isinstance(given, list):
        raise OptionRefusedError(f"{_shown(given)} is no list of values for `{name}`")
    for each in given:
        _one_of(name, values, each)
    return [value for value in values if value in given]


def _shown(given: JsonValue) -> str:
    text = given if isinstance(given, str) else json.dumps(given)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"
