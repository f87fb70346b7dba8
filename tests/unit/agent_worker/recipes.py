"""Contracts with recipes made by hand, and what cleaning by them comes to."""

from collections.abc import Mapping, Sequence

from agent_worker.capabilities.artifacts import Outputs, read_document
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.recipe import MapValues, Recipe, RecipeStep, StepAction, ValueChange
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.summary import PartitionSummary
from shared.contracts.vocabulary import ActionType, Artifact, ReActStep
from tests.unit.agent_worker.workbench import Workbench


def mapping(
    column: str,
    values: Mapping[str, str | None],
    *,
    changes: int = 1,
    action: StepAction = StepAction.REPAIRED,
) -> MapValues:
    """Return a step that maps values of a column."""
    return MapValues(
        column=column,
        values=tuple(ValueChange(old=old, new=new) for old, new in values.items()),
        action=action,
        support=100,
        changes=changes,
        confidence=0.9,
        reason=f"`{column}` is misspelt.",
    )


def with_recipe(
    bench: Workbench,
    *steps: RecipeStep,
    rows: int = 1000,
    key: Sequence[str] = (),
    partitions: Sequence[str] | None = None,
) -> Artifact:
    """Store the contract proposed for all source files, with this recipe instead of its own.

    It is as if it had been learnt on these partitions, all of them if none are named.
    """
    _, proposed = bench.propose(key=key)
    uris = [path.as_uri() for path in sorted(bench.sources.iterdir())]
    assert proposed.learning is not None
    seen = {"rows": rows, "partitions": tuple(uris if partitions is None else partitions)}
    learning = proposed.learning.model_copy(update=seen)
    update = {"recipe": Recipe(steps=steps), "learning": learning, "evidence": ()}
    return store(bench, proposed.model_copy(update=update))


def store(bench: Workbench, contract: TableContract) -> Artifact:
    """Store a contract as if it had been proposed."""
    request = ActionRequest(
        operator="propose_schema",
        action=ActionType.ROUTE_PIPELINE,
        action_input={},
        pipeline_id="pipeline",
        task_id="by-hand",
        attempt=1,
        parameters={},
        inputs=(),
        timeout_seconds=1,
    )
    return Outputs(bench.workshop.store, request).write_document("schema_contract", contract)


def summary_of(bench: Workbench, parts: Sequence[Artifact], name: str = "a") -> PartitionSummary:
    """Return the summary among what cleaning wrote."""
    artifact = next(each for each in parts if each.name == f"summary:{name}")
    return read_document(bench.workshop.store, artifact, PartitionSummary)


def changes_of(bench: Workbench, parts: Sequence[Artifact]) -> list[tuple[object, ...]]:
    """Return the recorded changes: row, column, old, new, action."""
    paths = [
        str(bench.workshop.store.fetch(each.uri))
        for each in parts
        if each.name.startswith("changes:")
    ]
    record = bench.workshop.connection.read_parquet(paths)
    return record.order("row, place").project('row, "column", old, new, action').fetchall()


def thoughts(trace: Sequence[ReActStep]) -> str:
    """Return all that was thought."""
    return "\n".join(step.thought for step in trace)
