"""The goal types that people can ask for, and what makes a goal acceptable.

A goal is checked twice by the same function: by the API, so that whoever asks learns at once what
to mend, and by the machine, because anybody may write to the planner's topic.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from planner.domain.sources import source_failure
from shared.contracts.vocabulary import Contract, Failure, Parameters, QualityScore

SOURCES_MAX = 100
"""Patterns in one goal; each may match many files, so people need one or two."""

SOURCE_CHARACTERS_MAX = 1024
COLUMN_CHARACTERS_MAX = 128
KEY_COLUMNS_MAX = 32
"""PostgreSQL's own limit on the columns of an index."""


class GoalParameters(Contract):
    """The base of every goal type's parameters."""

    sources: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX)], ...],
        Field(
            min_length=1,
            max_length=SOURCES_MAX,
            description="a list of URIs of files to read, such as file:///srv/trips/*.csv",
        ),
    ]


class IngestTable(GoalParameters):
    """Build one clean, versioned table from files that are neither."""

    table: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="the table's name: small letters, digits and _, at most 63, a letter first",
    )
    quality_min: QualityScore = Field(
        default=0.0, description="the least quality that is acceptable, a number from 0 to 1"
    )
    key: tuple[Annotated[str, Field(min_length=1, max_length=COLUMN_CHARACTERS_MAX)], ...] = Field(
        default=(),
        max_length=KEY_COLUMNS_MAX,
        description="a list of the columns that tell rows apart; empty for whole rows",
    )


@dataclass(frozen=True, slots=True)
class GoalType:
    """Something that people can ask for."""

    task: str
    """The task of the domain that a goal of this type is."""
    parameters: type[GoalParameters]


GOAL_TYPES: Mapping[str, GoalType] = {"ingest_table": GoalType("ingest_table", IngestTable)}
"""Every goal type by its name."""


class GoalRefusedError(Exception):
    """A goal is not acceptable; each failure names a field, what is wrong, and the remedy."""

    def __init__(self, failures: tuple[Failure, ...]) -> None:
        super().__init__("; ".join(failure.detail for failure in failures))
        self.failures = failures

    @property
    def failure(self) -> Failure:
        """All that is wrong, in one."""
        return self.failures[0].model_copy(
            update={
                "detail": "; ".join(failure.detail for failure in self.failures),
                "remedy": "; ".join(dict.fromkeys(each.remedy for each in self.failures)),
            }
        )


def accepted_parameters(
    goal_type: str, parameters: Parameters, source_folders: Sequence[str]
) -> Parameters:
    """Return the goal's parameters with all defaults filled in.

    Raises:
        GoalRefusedError: the goal type is unknown, a parameter is wrong, missing or unknown, or a
            source lies outside the folders.
    """
    kind = GOAL_TYPES.get(goal_type)
    if kind is None:
        raise GoalRefusedError((_unknown_type(goal_type),))
    try:
        accepted = kind.parameters.model_validate_json(json.dumps(parameters), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise GoalRefusedError(tuple(_field_failure(kind, each) for each in found)) from error
    failures = (
        source_failure(f"parameters.sources.{number}", source, source_folders)
        for number, source in enumerate(accepted.sources)
    )
    refused = tuple(failure for failure in failures if failure is not None)
    if refused:
        raise GoalRefusedError(refused)
    return accepted.model_dump(mode="json")


def _unknown_type(goal_type: str) -> Failure:
    return Failure(
        code="goal_type_unknown",
        detail=f"goal_type: there is no goal type {goal_type!r}",
        remedy=f"ask for one of: {', '.join(sorted(GOAL_TYPES))}",
    )


def _field_failure(kind: GoalType, error: ErrorDetails) -> Failure:
    place = ".".join(str(part) for part in error["loc"])
    name = str(error["loc"][0]) if error["loc"] else ""
    known_names = kind.parameters.model_fields
    known = known_names.get(name)
    if known is None:
        return Failure(
            code="parameter_unknown",
            detail=f"parameters.{place}: {kind.task} has no such parameter",
            remedy=f"leave {place} out; {kind.task} has {', '.join(sorted(known_names))}",
        )
    return Failure(
        code="parameter_missing" if error["type"] == "missing" else "parameter_invalid",
        detail=f"parameters.{place}: {error['msg']}",
        remedy=f"give as {name} {known.description}",
    )
