"""How large a plan may get, and what is said when it would get larger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.contracts.topics import MESSAGE_BYTES_MAX
from shared.contracts.vocabulary import Failure

ARTIFACT_BYTES_TYPICAL = 370
"""An artifact in a message: 100 characters of task and hash, some 150 of URI, names, fields."""

SPLIT_REMEDY = "split the goal, or merge its sources into fewer, larger files"


TASKS_RUNNING_DEFAULT = 800
"""Tasks of one pipeline handed out at once: twice the streams of the largest fleet, 50 times 8."""


PREVIEW_SHOWN_MAX = 1_000
"""Tasks of a plan to be that are shown: nobody reads more; counts and costs are those of all."""


NO_METHOD_APPLIES = "no_method_applies"
"""The code of the refusal of a task that none of its methods applies to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a plan may get."""

    nodes_max: int = 150_000
    """Tasks in one plan: some 6 kB of memory each, so 900 MB."""
    depth_max: int = 32
    """Levels of decomposition: people nest half a dozen, a loop any number."""
    outputs_max: int = MESSAGE_BYTES_MAX // ARTIFACT_BYTES_TYPICAL
    """Data made under one task and read as a whole: they are named in one message."""
    portion: int = 200
    """Tasks planned in one step: some 50 ms, so that other goals' messages need not wait."""
    repairs_max: int = 20
    """Tasks of one pipeline that another method is tried for; beyond, something else is wrong."""

    def whole(self) -> "Limits":
        """Return limits under which a plan is made at once, for somebody to look at."""
        return replace(self, portion=self.nodes_max)


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


def refuse_methods(path: str, rejected: Sequence[tuple[str, str]]) -> PlanRefusedError:
    """Return the refusal of a task that none of its methods, each with its reason, applies to."""
    reasons = "; ".join(f"{method}: {reason}" for method, reason in rejected)
    return PlanRefusedError(
        Failure(
            code=NO_METHOD_APPLIES,
            detail=f"{path}: no method applies: {reasons}",
            remedy="change the goal's parameters so that the conditions of one method hold",
        )
    )


def refuse_member(path: str, reason: str) -> PlanRefusedError:
    """Return the refusal of a list of which a member lacks what a task is given of it."""
    return PlanRefusedError(
        Failure(
            code="member_unusable",
            detail=f"{path}: {reason}",
            remedy="correct the list that the step is repeated for: its members must be alike",
        )
    )


def too_many_repairs(failure: Failure, limits: Limits) -> Failure:
    """Return the failure of a task that another method is not tried for any more."""
    return Failure(
        code="too_many_repairs",
        detail=f"{failure.detail}; another method was tried for {limits.repairs_max} tasks before, "
        "and for no more in one pipeline",
        remedy=f"{failure.remedy}; then retry the goal: what is done is taken over",
    )


def check_labels(path: str, labels: Sequence[str]) -> None:
    """Pass labels that tell the repetitions of one step apart.

    Raises:
        PlanRefusedError: one occurs twice.
    """
    if len(set(labels)) == len(labels):
        return
    twice = [label for label, count in Counter(labels).items() if count > 1]
    raise PlanRefusedError(
        Failure(
            code="task_named_twice",
            detail=f"{path}: {len(twice)} names occur twice, the first is {twice[0]}",
            remedy="give each partition a name of its own: rename or leave out the sources "
            "that share one",
        )
    )


def check_size(path: str, *, planned: int, limits: Limits) -> None:
    """Pass a plan of this many tasks.

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


def check_outputs(path: str, *, outputs: int, limits: Limits) -> None:
    """Pass a task that offers this many pieces of data as whole families.

    Raises:
        PlanRefusedError: whoever reads them all gets them named in one message, which is too large.
    """
    if outputs > limits.outputs_max:
        raise PlanRefusedError(
            Failure(
                code="message_too_large",
                detail=f"{path}: its subtasks would make {outputs} pieces of data; "
                f"one message can name {limits.outputs_max}",
                remedy=SPLIT_REMEDY,
            )
        )
