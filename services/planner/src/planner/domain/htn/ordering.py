"""Which steps of a method wait for which others, found out once for all plans.

A step waits for those named by `after`, for those that make facts which it needs, and for those
that make data which it reads. Whether data are the same is seen from the names as they are written
in the domain, where these name the same arguments; only for the rest do plans compare.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from planner.domain.model.formulas import Expression
from planner.domain.model.tasks import WHOLE_FAMILY, Network, Step, Task, family_of

_HOLE = re.compile(r"\{([^{}.]+)([^{}]*)\}")


class Before(NamedTuple):
    """The numbers of the steps that come before a step."""

    certain: tuple[int, ...]
    """In any case."""
    possible: tuple[int, ...]
    """If one makes the very data that the step reads."""


def order_of(network: Network, tasks: Mapping[str, Task]) -> tuple[Before, ...]:
    """Return for each step of a method what comes before it."""
    steps = network.steps
    models = [tasks[step.task] for step in steps]
    made = [_names(step, model, model.outputs) for step, model in zip(steps, models, strict=True)]
    read = [_names(step, model, model.inputs) for step, model in zip(steps, models, strict=True)]
    found: list[Before] = []
    for number, model in enumerate(models):
        certain = {first for first, second in network.orderings if second == number}
        possible: set[int] = set()
        for other, maker in enumerate(models):
            if other == number:
                continue
            if set(maker.facts) & set(model.needs) or _surely(made[other], read[number]):
                certain.add(other)
            elif may_make(maker, model):
                possible.add(other)
        found.append(Before(tuple(sorted(certain)), tuple(sorted(possible - certain))))
    return tuple(found)


def may_make(maker: Task, reader: Task) -> bool:
    """Return whether one task may make data that the other reads."""
    families = {family_of(name) for name in maker.outputs}
    return any(family_of(name) in families for name in reader.inputs)


def _surely(made: Sequence[str], read: Sequence[str]) -> bool:
    if set(made) & set(read):
        return True
    return _meet_whole(made, read) or _meet_whole(read, made)


def _meet_whole(some: Sequence[str], others: Sequence[str]) -> bool:
    families = {family_of(name) for name in some if name.endswith(WHOLE_FAMILY)}
    return any(family_of(name) in families for name in others)


def _names(step: Step, task: Task, names: Sequence[str]) -> tuple[str, ...]:
    """Return names of data with what the step gives for each parameter in the holes."""
    texts = [each.text if isinstance(each, Expression) else each for each in step.arguments]
    given = dict(zip((each.name for each in task.parameters), texts, strict=True))
    return tuple(
        _HOLE.sub(lambda hole: f"{{{given.get(hole[1], hole[1])}{hole[2]}}}", name)
        for name in names
    )
