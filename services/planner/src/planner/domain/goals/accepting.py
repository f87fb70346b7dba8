"""What makes a goal acceptable.

A goal is checked twice by the same function: by the API, so that whoever asks learns at once what
to mend, and by the machine, because anybody may write to the planner's topic.
"""

import json
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.domain.goals.types import GoalType
from planner.domain.goals.wording import wording_of
from planner.domain.planning import Planning
from planner.domain.sources import sink_failure, source_failure, topic_failure
from shared.contracts.vocabulary import Failure, Parameters


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


def accepted_parameters(planning: Planning, goal_type: str, parameters: Parameters) -> Parameters:
    """Return the goal's parameters with all defaults filled in.

    Raises:
        GoalRefusedError: the goal type is unknown, a parameter is wrong, missing or unknown, or a
            source lies outside the folders.
    """
    kind = planning.goal_types.get(goal_type)
    if kind is None:
        raise GoalRefusedError((_unknown_type(goal_type, planning.goal_types),))
    try:
        accepted = kind.parameters.model_validate_json(json.dumps(parameters), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise GoalRefusedError(tuple(_field_failure(kind, each) for each in found)) from error
    judged = (
        (source_failure, accepted.judged_sources(), planning.source_folders),
        (topic_failure, accepted.judged_topics(), planning.source_folders),
        (sink_failure, accepted.judged_sinks(), planning.topic_sinks),
    )
    failures = (
        judge(f"parameters.{field}", uri, places)
        for judge, uris, places in judged
        for field, uri in uris
    )
    refused = tuple(failure for failure in failures if failure is not None)
    if refused:
        raise GoalRefusedError(refused)
    return accepted.model_dump(mode="json")


def _unknown_type(goal_type: str, known: Iterable[str]) -> Failure:
    return Failure(
        code="goal_type_unknown",
        detail=f"goal_type: there is no goal type {goal_type!r}",
        remedy=f"ask for one of: {', '.join(sorted(known))}",
    )


def _field_failure(kind: GoalType, error: ErrorDetails) -> Failure:
    if not error["loc"]:
        return Failure(
            code="parameters_invalid",
            detail=f"parameters: {wording_of(error)}",
            remedy=f"correct them; {kind.task} has {', '.join(kind.parameters.model_fields)}",
        )
    place = ".".join(str(part) for part in error["loc"])
    name = str(error["loc"][0])
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
        detail=f"parameters.{place}: {wording_of(error)}",
        remedy=f"give as {name} {known.description}",
    )
