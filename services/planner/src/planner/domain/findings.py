"""What is known of a pipeline beside its tasks: why it is planned so, what was made and learnt.

Facts and data belong to a scope: the task in whose method their maker is a step. Its steps, and all
that they are decomposed into, can read them; `planner.domain.visibility` tells who sees what.
"""

from collections.abc import Hashable, Iterable
from typing import ClassVar

from pydantic import JsonValue

from planner.domain.model.tasks import family_of
from shared.contracts.vocabulary import Artifact, Contract
from shared.kernel.records import Record


class RejectedMethod(Contract):
    """A method that was not taken, and why."""

    method: str
    reason: str


class ChoiceRecord(Record):
    """How a task was decomposed, and why so."""

    kind: ClassVar[str] = "choice"

    pipeline_id: str
    task_id: str
    position: str
    task_name: str
    method: str
    """Empty while it waits for facts."""
    awaits: tuple[str, ...] = ()
    rejected: tuple[RejectedMethod, ...] = ()

    @property
    def key(self) -> str:
        """The id of the decomposed task."""
        return self.task_id

    @property
    def parent(self) -> str:
        """The pipeline that it is part of."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """The decomposed task's place in the plan."""
        return self.position


class ArtifactRecord(Record):
    """Data that a task brought about; the accepted attempt's, and no other's."""

    kind: ClassVar[str] = "artifact"

    pipeline_id: str
    task_id: str
    """The task that made it, or took it over."""
    scope_ids: tuple[str, ...]
    """The tasks below which it can be read, the nearest first; its maker once that was given up."""
    artifact: Artifact

    @property
    def key(self) -> str:
        """Its maker and the data's name."""
        return scoped(self.task_id, self.artifact.name)

    @property
    def parent(self) -> str:
        """The pipeline that it belongs to."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """The data's name."""
        return self.artifact.name

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """By scope and name, and by scope and family in order of names."""
        name = self.artifact.name
        for scope_id in self.scope_ids:
            yield "name", (scope_id, name)
            yield "family", (scope_id, family_of(name))


class FactRecord(Record):
    """Something that acting made known."""

    kind: ClassVar[str] = "fact"

    pipeline_id: str
    scope_id: str
    """The task below which it can be read."""
    name: str
    content: JsonValue

    @property
    def key(self) -> str:
        """The scope and the fact's name."""
        return scoped(self.scope_id, self.name)

    @property
    def parent(self) -> str:
        """The pipeline that it holds in."""
        return self.pipeline_id


def scoped(scope_id: str, name: str) -> str:
    """Return the key of a fact, or of data, in a scope."""
    return f"{scope_id}/{name}"
