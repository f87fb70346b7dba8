"""Learning a recipe: from the samples of all partitions for the contract, or from one partition.

Samples are judged by the contract first, so that what is diagnosed are values and not spellings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_worker.capabilities.artifacts import open_artifact
from agent_worker.capabilities.diagnosing.diagnosis import diagnose
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.mending import (
    columns_of,
    mend_rows,
    sampled_values_of,
    values_query,
)
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.capabilities.sampling import thin
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.cleaning import PartitionTally
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.learning import LEARNING_PARTITIONS_MAX, LEARNING_ROWS_MAX
from agent_worker.domain.mending import Choice, strays, with_partners
from agent_worker.domain.profile import PartitionProfile
from agent_worker.domain.recipe import STEPS_MAX, Recipe, RecipeStep, StepAction
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import Artifact


@dataclass(frozen=True, slots=True)
class Sample:
    """A partition's profile, and the artifact with some of its rows."""

    profile: PartitionProfile
    rows: Artifact


@dataclass(frozen=True, slots=True)
class SampledValues:
    """The values of all samples together, and how they were judged."""

    values: ValueTable
    tallies: tuple[PartitionTally, ...]
    partitions: tuple[str, ...]
    """URIs of those whose samples were read."""


def chosen_samples(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Return the samples that are read, spread over the partitions' names."""
    stride = -(-len(samples) // LEARNING_PARTITIONS_MAX)
    return tuple(samples[:: max(stride, 1)])


def read_samples(
    samples: Sequence[Sample], contract: TableContract, workshop: Workshop
) -> SampledValues:
    """Judge samples by the contract, and lay their values together in one table."""
    connection, name = workshop.connection, f"{workshop.new_table_name()}_values"
    columns = columns_of(contract)
    cells = ", ".join(f"c{place} varchar" for place in range(len(columns)))
    connection.execute(f"create or replace temp table {name} (line bigint, {cells})")
    rows_max = LEARNING_ROWS_MAX // max(len(samples), 1)
    tallies: list[PartitionTally] = []
    offset = 0
    for sample in samples:
        judged = judge(_open(sample, rows_max, workshop), contract, workshop.sample_rows_max)
        query = values_query(judged, judged.cells_name, offset=offset)
        connection.execute(f"insert into {name} {query}")
        tallies.append(judged.tally)
        offset += sample.profile.rows + sample.profile.broken_lines + 1
        judged.drop()
    return SampledValues(
        ValueTable(connection, name, columns),
        tuple(tallies),
        tuple(sample.profile.partition.uri for sample in samples),
    )


def _open(sample: Sample, rows_max: int, workshop: Workshop) -> TextTable:
    """Return a sample's rows as a text table without broken lines."""
    connection, name = workshop.connection, workshop.new_table_name()
    path = open_artifact(workshop.store, sample.rows)
    rows, count = thin(connection.read_parquet(str(path)), sample.rows.rows, rows_max)
    rows.to_table(name)
    connection.execute(f"create table {name}_broken (line bigint, reason varchar, raw varchar)")
    by_place = sorted(sample.profile.columns, key=lambda column: column.position)
    header = tuple(column.name for column in by_place)
    return TextTable(connection, name, Dialect(sample.profile.delimiter, header), count, 0)


def learn(values: ValueTable, known: Sequence[RecipeStep] = ()) -> Recipe:
    """Return the known steps, and what else these values need once those are applied."""
    mended = mend(values, Recipe(steps=tuple(known)), f"{values.name}_known")
    found = _diagnose(mended.values)
    mended.drop()
    more = [step for step in found.steps if not _is_among(step, known)]
    return Recipe(steps=(*known, *more)[:STEPS_MAX])


def confirm(
    values: ValueTable, steps: Sequence[RecipeStep], learnt_rows: int
) -> tuple[RecipeStep, ...]:
    """Return those of a remembered recipe's steps that find about as much here as then.

    Each says how much it finds here, and not any more what it found then.
    """
    mended = mend(values, Recipe(steps=tuple(steps)), f"{values.name}_recalled")
    counted = mended.changes.aggregate("step, count(*)", "step").fetchall()
    found: dict[int, int] = dict(counted)
    mended.drop()
    rows = max(values.count(), 1)
    strayed = {
        at
        for at, cells in found.items()
        if strays(cells, cells / rows, steps[at].changes / max(learnt_rows, 1))
    }
    refused = with_partners(steps, strayed)
    return tuple(
        step.model_copy(update={"changes": found.get(at, 0)})
        for at, step in enumerate(steps)
        if at not in refused
    )


def diagnose_own(
    judged: JudgedTable, known: Recipe, choice: Choice, columns: Sequence[str]
) -> tuple[Recipe, int]:
    """Return the known recipe with what this partition needs of its own, and the rows looked at.

    Args:
        judged: The partition.
        known: The recipe that the choice is made from; all of it comes back.
        choice: The steps that hold here.
        columns: Those to look at; all if none is named.
    """
    values = sampled_values_of(judged)
    mended = mend_rows(judged, values, choice.steps_of(known), f"{judged.name}_held")
    found = _diagnose(mended.values)
    rows = values.count()
    mended.drop()
    wanted = set(columns) or {column.name for column in judged.contract.columns}
    more = [
        step
        for step in found.steps
        if step.column in wanted and not _is_among(step, known.steps)
        if step.action is StepAction.REPAIRED or not columns
    ]
    return Recipe(steps=(*known.steps, *more)[:STEPS_MAX]), rows


def _diagnose(values: ValueTable) -> Recipe:
    """Diagnose what a view shows; detectors ask much, so that it is laid down first."""
    stored = f"{values.name}_laid"
    values.connection.execute(
        f"create or replace temp table {stored} as select * from {values.name}"  # noqa: S608
    )
    found = diagnose(ValueTable(values.connection, stored, values.columns))
    values.connection.execute(f"drop table {stored}")
    return found


def _is_among(step: RecipeStep, known: Sequence[RecipeStep]) -> bool:
    """Tell whether a step does what a known one does, whatever speaks for it."""
    return any(_deed(step) == _deed(other) for other in known)


def _deed(step: RecipeStep) -> str:
    return step.model_dump_json(exclude={"support", "changes", "confidence", "reason"})
