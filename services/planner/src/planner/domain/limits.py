"""How large a plan may get, and what is said when it would get larger."""

from dataclasses import dataclass

from shared.contracts.topics import MESSAGE_BYTES_MAX
from shared.contracts.vocabulary import Failure

ARTIFACT_BYTES_TYPICAL = 370
"""An artifact in a message: 100 characters of task and hash, some 150 of URI, names, fields."""

SPLIT_REMEDY = "split the goal, or merge its sources into fewer, larger files"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a plan may get."""

    nodes_max: int = 20_000
    """Tasks in one plan: some 3 kB of memory each, so 60 MB."""
    depth_max: int = 32
    """Levels of decomposition: people nest half a dozen, a loop any number."""
    outputs_max: int = MESSAGE_BYTES_MAX // ARTIFACT_BYTES_TYPICAL
    """Data made under one task: whoever reads it all gets it named in one message."""


class PlanRefusedError(Exception):
    """There is no plan, or none within the limits; the failure says why and what to change."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


def refuse_depth(path: str, limits: Limits) -> PlanRefusedError:
    """Return the refusal of a decomposition that goes down too far."""
    return PlanRefusedError(
        Failure(
            code="plan_too_deep",
            detail=f"{path}: more than {limits.depth_max} levels of decomposition",
            remedy="look for a method that leads back to its own task without progress",
        )
    )


def check_size(path: str, *, planned: int, outputs: int, limits: Limits) -> None:
    """Pass a plan of this many tasks, one of which makes this many pieces of data.

    Raises:
        PlanRefusedError: it is too large.
    """
    if planned > limits.nodes_max:
        raise PlanRefusedError(
            Failure(
                code="plan_too_large",
                detail=f"{path}: the plan would have at least {planned} tasks; "
                f"a plan has at most {limits.nodes_max}",
                remedy=SPLIT_REMEDY,
            )
        )
    if outputs > limits.outputs_max:
        raise PlanRefusedError(
            Failure(
                code="message_too_large",
                detail=f"{path}: its subtasks would make {outputs} pieces of data; "
                f"one message can name {limits.outputs_max}",
                remedy=SPLIT_REMEDY,
            )
        )
