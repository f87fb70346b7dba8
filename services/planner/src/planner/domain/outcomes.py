"""What comes of tasks: done, tried again, or the end of the pipeline.

Only the first outcome of a newer attempt than any before counts, and only while the task runs;
whatever else arrives, late, twice or for a task unknown, changes nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from pydantic import JsonValue

from planner.domain.dispatch import proposal_id_of
from planner.domain.growth import grow
from planner.domain.pipeline_model import Domain
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import (
    ENDED_PIPELINE,
    ArtifactRecord,
    FactRecord,
    PipelineRecord,
    TaskRecord,
)
from shared.contracts.machine import Decision
from shared.contracts.payloads import DataResponse, TaskOutcome, TaskState
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from shared.contracts.voting import ConsensusResult, ProposalOutcome

FAILURES_MAX = 3
"""Failed attempts at one task; three tell a fault that passes from one that stays."""

BACKOFF_SECONDS = 1.0
"""Wait after the first failure; four times as long after each further one."""

BACKOFF_FACTOR = 4

RETRY_TIMER = "retry:"

RETRYABLE_OUTCOMES = frozenset({ProposalOutcome.TIMED_OUT, ProposalOutcome.INVALID_ELECTORATE})
"""Votes that decided nothing, for want of voters: another round may."""


def take_response(decision: Decision, planning: Planning, response: DataResponse) -> None:
    """Take an agent's outcome of an attempt."""
    task = _running_task(decision, response.pipeline_id, response.task_id)
    if task is None or response.attempt <= task.attempts:
        return
    pipeline = _pipeline_of(decision, planning.domain, task)
    seen = task.model_copy(
        update={
            "attempts": response.attempt,
            "agent_id": response.agent_id,
            "quality_before": response.quality_before,
            "quality_after": response.quality_after,
        }
    )
    failure = _failure_of(seen, response)
    if failure is None:
        keep_artifacts(decision, seen, response.artifacts)
        complete(pipeline, planning, seen, response.facts)
    else:
        _try_again_or_fail(pipeline, seen, failure)
    pipeline.conclude()


def take_result(decision: Decision, planning: Planning, voted: ConsensusResult) -> None:
    """Take what a vote came to; only acceptance lets the pipeline go on."""
    task = _running_task(decision, voted.pipeline_id, voted.task_id)
    if task is None or voted.proposal_id != proposal_id_of(task):
        return
    pipeline = _pipeline_of(decision, planning.domain, task)
    seen = task.model_copy(update={"attempts": task.attempts + 1, "agent_id": "consensus"})
    if voted.outcome is ProposalOutcome.ACCEPTED:
        complete(pipeline, planning, seen, {"decision": _decision_fact(voted)})
    else:
        failure = Failure(
            code=f"schema_{voted.outcome}",
            detail=f"the vote on {voted.subject} ended {voted.outcome}: {voted.reason}",
            remedy="read the electors' reasons with GET /v1/proposals/"
            f"{voted.proposal_id} and mend the sources, or start more agents",
            retryable=voted.outcome in RETRYABLE_OUTCOMES,
        )
        _try_again_or_fail(pipeline, seen, failure)
    pipeline.conclude()


def try_again(decision: Decision, planning: Planning, task_id: str) -> None:
    """Hand a failed task out again, now that its wait is over."""
    task = decision.draft.get(TaskRecord, task_id)
    if task is None or task.state is not TaskState.PENDING or not task.failures:
        return
    pipeline = _pipeline_of(decision, planning.domain, task)
    pipeline.start(task)
    pipeline.conclude()


def _running_task(decision: Decision, pipeline_id: str, task_id: str) -> TaskRecord | None:
    task = decision.draft.get(TaskRecord, task_id)
    if task is None or task.pipeline_id != pipeline_id or task.state is not TaskState.RUNNING:
        return None
    return task


def _pipeline_of(decision: Decision, domain: Domain, task: TaskRecord) -> Pipeline:
    record = decision.draft.get(PipelineRecord, task.pipeline_id)
    assert record is not None, f"task {task.key} is part of a pipeline"
    assert record.state not in ENDED_PIPELINE, f"task {task.key} has not ended"
    return Pipeline(decision, domain, record)


def _failure_of(task: TaskRecord, response: DataResponse) -> Failure | None:
    if response.outcome is TaskOutcome.FAILED:
        return response.failure or Failure(
            code="unexplained",
            detail=f"{response.agent_id} gave no reason",
            remedy="read the agent's log",
        )
    made = {artifact.name for artifact in response.artifacts}
    missing = [name for name in task.task.data_outputs if name not in made]
    missing += [fact for fact in task.task.processing_effects if fact not in response.facts]
    if not missing:
        return None
    return Failure(
        code="outcome_incomplete",
        detail=f"{response.agent_id} reported success without {', '.join(missing)}",
        remedy=f"correct the agents' capability {task.model}: the plan relies on what it makes",
    )


def keep_artifacts(decision: Decision, task: TaskRecord, artifacts: Iterable[Artifact]) -> None:
    """Remember the data that the task was to make; what else was made is not the plan's."""
    for artifact in artifacts:
        if artifact.name in task.task.data_outputs:
            decision.draft.put(ArtifactRecord(pipeline_id=task.pipeline_id, artifact=artifact))


def complete(
    pipeline: Pipeline, planning: Planning, task: TaskRecord, facts: Mapping[str, JsonValue]
) -> None:
    """Mark the task as done, with what it made known, and go on with what waited for it."""
    for name in task.task.processing_effects:
        fact = FactRecord(pipeline_id=task.pipeline_id, name=name, content=facts[name])
        pipeline.decision.draft.put(fact)
    pipeline.finish(task.model_copy(update={"failure": None}))
    for name in task.task.processing_effects:
        awaited = (task.pipeline_id, name)
        for deferred in tuple(pipeline.decision.draft.select(TaskRecord, "awaits", awaited)):
            if pipeline.is_open:
                grow(pipeline, planning.limits, deferred)


def _try_again_or_fail(pipeline: Pipeline, task: TaskRecord, failure: Failure) -> None:
    failed = task.model_copy(update={"failure": failure, "failures": task.failures + 1})
    if not failure.retryable or failed.failures >= FAILURES_MAX:
        pipeline.fail(failed, failure)
        return
    pipeline.put(failed.model_copy(update={"state": TaskState.PENDING}))
    seconds = BACKOFF_SECONDS * BACKOFF_FACTOR**task.failures
    pipeline.decision.set_timer(
        f"{RETRY_TIMER}{task.key}", pipeline.decision.now + timedelta(seconds=seconds)
    )


def _decision_fact(voted: ConsensusResult) -> Parameters:
    return {
        "proposal_id": voted.proposal_id,
        "outcome": voted.outcome,
        "electorate_size": voted.electorate_size,
        "approvals": voted.approvals,
        "rejections": voted.rejections,
        "abstentions": voted.abstentions,
        "reason": voted.reason,
    }
