"""Work that was done before is not done again: a task takes over what a former self has made.

The former self is the task at the same place of the pipeline that this one retries (ADR 0016), or
one of this pipeline whose method was given up. It must have had the same to do, with inputs of the
same contents.
"""

from collections.abc import Iterator

from planner.domain.dispatch import fingerprint_of, inputs_of
from planner.domain.findings import ArtifactRecord, FactRecord, scoped
from planner.domain.pipeline import Pipeline
from planner.domain.planning import task_id_of
from planner.domain.progress import complete
from planner.domain.records import PipelineRecord, TaskRecord, work_of
from shared.contracts.payloads import TaskState
from shared.kernel.records import Draft


def adopt(pipeline: Pipeline, task: TaskRecord) -> bool:
    """Complete a task that is about to be handed out by former work; return whether that was so."""
    draft = pipeline.decision.draft
    inputs_hash = fingerprint_of(inputs_of(draft, pipeline.planning.program, task))
    alike = (each for each in _formers(pipeline, task) if each.inputs_hash == inputs_hash)
    former = next(alike, None)
    if former is None:
        return False
    made = [_artifact(draft, former, name) for name in former.task.data_outputs]
    learnt = {name: _fact(draft, former, name) for name in former.task.processing_effects}
    adopted = task.model_copy(
        update={
            "agent_id": former.agent_id,
            "reused_from": former.reused_from or former.key,
            "inputs_hash": inputs_hash,
            "is_of_earlier_run": former.pipeline_id != task.pipeline_id or former.is_of_earlier_run,
            "quality_before": former.quality_before,
            "quality_after": former.quality_after,
        }
    )
    artifacts = (record.artifact for record in made)
    if former.pipeline_id == task.pipeline_id:
        draft.put(former.model_copy(update={"compensation": ""}))
    complete(pipeline, adopted, artifacts, {name: fact.content for name, fact in learnt.items()})
    return True


def _formers(pipeline: Pipeline, task: TaskRecord) -> Iterator[TaskRecord]:
    """Yield the tasks with the same to do that are done and were not withdrawn since."""
    record = pipeline.record
    if task.undoes or _is_redone(task.path, record.redo_path):
        return
    for former in _done_at_all(pipeline, task):
        if former.compensation == task.compensation:
            yield former


def _is_redone(path: str, redo_path: str) -> bool:
    """Tell whether a task is the one that is done again, or below it, by whichever method."""
    below = path.removeprefix(redo_path) if redo_path else path
    return below != path and below[:1] in {"", "/", "#"}


def _done_at_all(pipeline: Pipeline, task: TaskRecord) -> Iterator[TaskRecord]:
    record, draft, work = pipeline.record, pipeline.decision.draft, work_of(task)
    if record.repairs:
        yield from draft.select(TaskRecord, "abandoned", (record.key, work))
    for run in _earlier_runs(draft, record, task.path):
        former = draft.get(TaskRecord, task_id_of(run, task.path))
        if former is not None and former.state is TaskState.DONE and work_of(former) == work:
            yield former


def _earlier_runs(draft: Draft, record: PipelineRecord, path: str) -> Iterator[str]:
    """Yield the runs that this one goes on from, the newest first, up to one that began anew.

    A run may have ended before its turn came to take a task over from the run before.
    """
    run = record.retry_of
    while run:
        yield run
        earlier = draft.get(PipelineRecord, run)
        if earlier is None or _is_redone(path, earlier.redo_path):
            return
        run = earlier.retry_of


def _artifact(draft: Draft, task: TaskRecord, name: str) -> ArtifactRecord:
    record = draft.get(ArtifactRecord, scoped(task.key, name))
    assert record is not None, f"{task.task.name} is done, so {name} is there"
    return record


def _fact(draft: Draft, task: TaskRecord, name: str) -> FactRecord:
    scope_id = task.key if task.until_version else task.parent_task_id
    record = draft.get(FactRecord, scoped(scope_id, name))
    assert record is not None, f"{task.task.name} is done, so {name} is known"
    return record
