"""The terms of a goal as people type them: `--deadline 1h30m`, `--budget 90`, `--key trips`."""

import re
from typing import Annotated

import typer
from pydantic import JsonValue

from argosy.failures import CommandError, ExitCode
from shared.contracts.terms import (
    BUDGET_MODEL_TOKENS_MAX,
    DEADLINE_SECONDS_MAX,
    GOAL_KEY_CHARACTERS_MAX,
    TASKS_RUNNING_MAX,
    OnFailure,
)
from shared.contracts.topics import DAY_SECONDS, HOUR_SECONDS

UNIT_SECONDS = {"d": DAY_SECONDS, "h": HOUR_SECONDS, "m": 60, "s": 1}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([dhms])")
DURATION = re.compile(rf"(?:{AMOUNT.pattern})+")
"""Amounts one after the other, such as 1h30m."""

DURATION_EXAMPLES = "such as 90s, 15m, 1h30m or 2d; a plain number is seconds"

Deadline = Annotated[
    str,
    typer.Option(
        metavar="DURATION", help=f"It must have ended by then, {DURATION_EXAMPLES}; at most 30d."
    ),
]
Budget = Annotated[
    str,
    typer.Option(
        metavar="DURATION", help="Agents may be busy with it for so long, all together, such as 2h."
    ),
]
ModelTokens = Annotated[
    int | None,
    typer.Option(
        "--budget-model-tokens",
        min=0,
        max=BUDGET_MODEL_TOKENS_MAX,
        help="Tokens of language models that agents may use for it; beyond it the rules reason.",
    ),
]
GoalKey = Annotated[
    str, typer.Option(help="Goals of one owner with the same key run one after another.")
]
OnFailureChoice = Annotated[
    OnFailure,
    typer.Option(help="When it is given up: keep published work, or undo (withdraw) it."),
]
TasksRunningMax = Annotated[
    int | None,
    typer.Option(min=1, max=TASKS_RUNNING_MAX, help="Tasks that are handed out at once."),
]


def terms_of(
    deadline: str,
    budget: str,
    *,
    key: str,
    on_failure: OnFailure,
    tasks_running_max: int | None,
) -> dict[str, JsonValue]:
    """Return the terms as the planner takes them, without those that were not given.

    Raises:
        CommandError: one is none that a goal can have.
    """
    terms: dict[str, JsonValue] = {}
    if deadline:
        seconds = seconds_of("--deadline", deadline)
        if seconds > DEADLINE_SECONDS_MAX:
            raise _wrong(f"--deadline {deadline} is further away than 30d.", "Name an earlier one.")
        terms["deadline_seconds"] = seconds
    if budget:
        terms["budget_seconds"] = seconds_of("--budget", budget)
    if len(key) > GOAL_KEY_CHARACTERS_MAX:
        too_long = f"--key has {len(key)} characters; it may have {GOAL_KEY_CHARACTERS_MAX}."
        raise _wrong(too_long, "Name what the goals share, such as their table.")
    if key:
        terms["key"] = key
    if on_failure is not OnFailure.KEEP:
        terms["on_failure"] = on_failure.value
    if tasks_running_max is not None:
        terms["tasks_running_max"] = tasks_running_max
    return terms


def model_tokens_term(tokens: int | None) -> dict[str, JsonValue]:
    """Return the term for tokens of language models as the planner takes it; none without any."""
    return {} if tokens is None else {"budget_model_tokens": tokens}


def seconds_of(option: str, text: str) -> float:
    """Return the seconds of a duration such as 1h30m.

    Raises:
        CommandError: the text is no duration, or one of nothing.
    """
    try:
        seconds = float(text) if text.replace(".", "", 1).isdecimal() else _sum_of(text)
    except ValueError as error:
        raise _wrong(
            f"{option} {text!r} is no duration.", f"Write one {DURATION_EXAMPLES}."
        ) from error
    if seconds <= 0:
        raise _wrong(f"{option} {text!r} is no time at all.", "Name more, or leave the option out.")
    return seconds


def _sum_of(text: str) -> float:
    if DURATION.fullmatch(text) is None:
        raise ValueError(text)
    amounts = AMOUNT.finditer(text)
    return sum(float(each[1]) * UNIT_SECONDS[each[2]] for each in amounts)


def _wrong(detail: str, remedy: str) -> CommandError:
    return CommandError(detail, remedy=remedy, exit_code=ExitCode.USAGE)
