"""A task is done: what it made and learnt is kept, and what waited for it goes on."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from planner.domain.findings import ArtifactRecord
from planner.domain.pipeline import Pipeline
from planner.domain.records import TaskRecord
from planner.domain.visibility import scopes_seeing
from shared.contracts.vocabulary import Artifact


def complete(
    pipeline: Pipeline,
    task: TaskRecord,
    artifacts: Iterable[Artifact],
    facts: Mapping[str, JsonValue],
) -> None:
    """Mark the task as done; of what it made and learnt only what the plan expects is kept."""
    draft = pipeline.decision.draft
    for artifact in artifacts:
        if artifact.name in task.task.data_outputs:
            kept = ArtifactRecord(
                pipeline_id=task.pipeline_id,
                task_id=task.key,
                scope_ids=tuple(scopes_seeing(draft, task, artifact.name)),
                artifact=artifact,
            )
            draft.put(kept)
    for name in task.task.processing_effects:
        pipeline.tell(task.parent_task_id or task.key, name, facts[name])
    pipeline.finish(task.model_copy(update={"failure": None}))
