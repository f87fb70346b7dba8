"""What a vote leads to: the plan goes on, another round, another way, a pause or the end.

Only acceptance makes a proposal count. A rejection fails the task, so that another method is tried
or the goal given up; or, where the domain says so, it is a fact that the plan goes on with. A vote
that decided nothing is repeated as often as any failed attempt; then the goal's terms say whether
the goal fails, is held until somebody resumes it, or goes on as after a rejection.
"""

from planner.domain.advancing import advance
from planner.domain.dispatch import work_for
from planner.domain.model.work import Work
from planner.domain.outcomes import pipeline_of, running_task, try_again_or_give_up
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.progress import complete
from planner.domain.proposals import UNDECIDED, decision_of, proposal_id_of, reason_of
from planner.domain.records import TaskRecord
from shared.contracts.machine import Decision
from shared.contracts.payloads import TaskState
from shared.contracts.terms import Undecided
from shared.contracts.vocabulary import Failure
from shared.contracts.voting import ConsensusResult, ProposalOutcome


def take_result(decision: Decision, planning: Planning, voted: ConsensusResult) -> None:
    """Take what a vote came to."""
    task = running_task(decision, voted.pipeline_id, voted.task_id)
    if task is None or voted.proposal_id != proposal_id_of(task):
        return
    pipeline = pipeline_of(decision, planning, task)
    seen = task.model_copy(update={"attempts": task.attempts + 1, "agent_id": "consensus"})
    if voted.outcome is ProposalOutcome.ACCEPTED:
        pipeline.change(accepted=(*pipeline.record.accepted, voted.proposal_id))
        _follow(pipeline, seen, voted)
    elif voted.outcome is ProposalOutcome.REJECTED:
        _follow_rejection(pipeline, seen, voted)
    elif voted.outcome in UNDECIDED:
        _follow_silence(pipeline, seen, voted)
    else:
        try_again_or_give_up(pipeline, seen, _failure_of(voted))
    advance(pipeline)
    pipeline.conclude()


def _follow(pipeline: Pipeline, task: TaskRecord, voted: ConsensusResult) -> None:
    complete(pipeline, task, (), {"decision": decision_of(voted)})


def _follow_rejection(pipeline: Pipeline, task: TaskRecord, voted: ConsensusResult) -> None:
    if work_for(pipeline.planning.program, task).tells_rejection:
        _follow(pipeline, task, voted)
    else:
        try_again_or_give_up(pipeline, task, _failure_of(voted))


def _follow_silence(pipeline: Pipeline, task: TaskRecord, voted: ConsensusResult) -> None:
    """Ask again, or do what the goal's terms say of votes that decide nothing."""
    work, policy = work_for(pipeline.planning.program, task), pipeline.record.terms.voting.undecided
    if _is_worth_another_round(task, voted, work):
        try_again_or_give_up(pipeline, task, _failure_of(voted, retryable=True))
    elif policy is Undecided.HOLD:
        _hold(pipeline, task, _failure_of(voted))
    elif policy is Undecided.QUARANTINE and work.tells_rejection:
        _follow(pipeline, task, voted)
    else:
        try_again_or_give_up(pipeline, task, _failure_of(voted))


def _is_worth_another_round(task: TaskRecord, voted: ConsensusResult, work: Work) -> bool:
    """Agents may be back in a moment; people who let a day pass are not asked again at once."""
    return not voted.roles_outstanding and task.failures + 1 < work.retry.attempts_max


def _hold(pipeline: Pipeline, task: TaskRecord, failure: Failure) -> None:
    """Pause the pipeline; when it is resumed, the vote is held again."""
    pipeline.answered(task)
    waits = {"state": TaskState.PENDING, "is_held": True, "failures": 0, "failure": failure}
    pipeline.put(task.model_copy(update=waits))
    pipeline.pause(failure.detail)


def _failure_of(voted: ConsensusResult, *, retryable: bool = False) -> Failure:
    return Failure(
        code=f"schema_{voted.outcome}",
        detail=f"the vote on {voted.subject} ended {voted.outcome}: {reason_of(voted)}",
        remedy="read the electors' reasons with GET /v1/proposals/"
        f"{voted.proposal_id} and mend the sources, or start more agents",
        retryable=retryable,
    )
