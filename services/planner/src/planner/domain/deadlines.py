"""When a goal must end: a timer that runs from the submission on, whether it has begun or not."""

from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import ENDED_PIPELINE, PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.vocabulary import Failure


def give_up(decision: Decision, planning: Planning, pipeline_id: str) -> None:
    """Fail the pipeline whose deadline has passed; its tasks are called back."""
    record = decision.draft.get(PipelineRecord, pipeline_id)
    if record is None or record.state in ENDED_PIPELINE:
        return
    pipeline = Pipeline(decision, planning.domain, record)
    pipeline.refuse(_deadline_exceeded(record))
    pipeline.conclude()


def _deadline_exceeded(record: PipelineRecord) -> Failure:
    return Failure(
        code="deadline_exceeded",
        detail=f"it was {record.state} when its deadline of {record.terms.deadline_seconds:g} s "
        f"passed, with {record.tasks_done} of {record.tasks_total} tasks done",
        remedy="retry it, which keeps finished work and begins the deadline anew; "
        "or submit it with a longer one",
    )
