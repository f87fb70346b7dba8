"""When a goal must end: a timer that runs from the submission on, whether it has begun or not."""

from planner.domain.advancing import advance
from planner.domain.pipeline import ACTIVE_PIPELINE, Pipeline
from planner.domain.planning import Planning
from planner.domain.records import PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.payloads import PipelineState
from shared.contracts.vocabulary import Failure

DUE_IN = ACTIVE_PIPELINE | {PipelineState.QUEUED}
"""The states in which a pipeline must come to an end in time."""


def give_up(decision: Decision, planning: Planning, pipeline_id: str) -> None:
    """Fail the pipeline whose deadline has passed; its tasks are called back.

    One that was given up before, and is still being undone, takes the time that this takes.
    """
    record = decision.draft.get(PipelineRecord, pipeline_id)
    if record is None or record.state not in DUE_IN:
        return
    pipeline = Pipeline(decision, planning, record)
    pipeline.refuse(_deadline_exceeded(record))
    advance(pipeline)
    pipeline.conclude()


def _deadline_exceeded(record: PipelineRecord) -> Failure:
    return Failure(
        code="deadline_exceeded",
        detail=f"it was {record.state} when its deadline of {record.terms.deadline_seconds:g} s "
        f"passed, with {record.tasks_done} of {record.tasks_total} tasks done",
        remedy="retry it, which keeps finished work and begins the deadline anew; "
        "or submit it with a longer one",
    )
