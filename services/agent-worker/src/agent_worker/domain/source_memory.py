"""What was learnt about a source, and how well it served: the first hypothesis at the next look.

A memory is a hint and never a promise: whoever recalls one checks it on samples of its own.
"""

from collections.abc import Iterable

from pydantic import Field

from agent_worker.domain.data_types import DataType
from agent_worker.domain.learning import Learning, drift_between
from agent_worker.domain.mending import with_partners
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.summary import PartitionSummary
from shared.contracts.vocabulary import Contract

REFUSED_SHARE_MAX = 0.5
"""Of the partitions that tried a step: one that more of them refuse is not worth remembering."""


class SourceMemory(Contract):
    """A recipe with what it was learnt on, and what became of it."""

    table: str
    recipe: Recipe
    learning: Learning
    types: dict[str, DataType]
    partitions: int = Field(ge=1)
    """That the recipe was applied to."""
    steps_tried: int = Field(ge=0)
    """Steps times partitions."""
    steps_kept: int = Field(ge=0)
    """Those of them that were applied as they are."""

    @property
    def success(self) -> float:
        """The share of steps that were kept."""
        return self.steps_kept / self.steps_tried if self.steps_tried else 1.0


class Recalled(Contract):
    """A memory, held against the source as it is now."""

    memory: SourceMemory
    drift: dict[str, str]
    """What has changed beyond what dirt explains, in words, by column."""

    @property
    def recipe(self) -> Recipe:
        """The steps that do not read a column that has changed."""
        steps = tuple(
            step
            for step in self.memory.recipe.steps
            if self.drift.keys().isdisjoint(step.columns_read)
        )
        return Recipe(steps=steps)


def memory_of(
    contract: TableContract, summaries: Iterable[PartitionSummary]
) -> SourceMemory | None:
    """Return what is worth remembering of cleaned partitions; nothing if nothing was learnt."""
    cleaned = tuple(summaries)
    if contract.learning is None or not cleaned:
        return None
    refused = [at for summary in cleaned for at in summary.mended.steps_refused]
    bound = REFUSED_SHARE_MAX * len(cleaned)
    known = contract.recipe.steps
    forgotten = with_partners(known, {at for at in refused if refused.count(at) > bound})
    steps = tuple(step for at, step in enumerate(known) if at not in forgotten)
    tried = len(contract.recipe.steps) * len(cleaned)
    return SourceMemory(
        table=contract.table,
        recipe=Recipe(steps=steps),
        learning=contract.learning,
        types={column.name: column.data_type for column in contract.columns},
        partitions=len(cleaned),
        steps_tried=tried,
        steps_kept=tried - len(refused),
    )


def recall_for(memory: SourceMemory, contract: TableContract, now: Learning) -> Recalled:
    """Hold a memory against what is there now."""
    drift = drift_between(memory.learning, now)
    for column in contract.columns:
        then = memory.types.get(column.name, column.data_type)
        if then is not column.data_type:
            drift[column.name] = f"`{column.name}` was {then}, and reads as {column.data_type} now"
    return Recalled(memory=memory, drift=drift)
