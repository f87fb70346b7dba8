"""What people see: the newest status, the trace in order, one outcome a proposal."""

import pytest

from hub.domain.view import PipelineView, ProposalView, StepView, TaskView
from hub.handlers import ViewMachine
from shared.contracts.electorates import VotingRule
from shared.contracts.machine import Started
from shared.contracts.payloads import (
    PipelineState,
    PipelineStatus,
    ReActStepTaken,
    TaskState,
    TaskStatus,
)
from shared.contracts.vocabulary import ActionType, Artifact, DataTask, DataTaskType, ReActStep
from shared.contracts.voting import ConsensusResult, ProposalOutcome
from tests.unit.hub.harbour import DAWN, Harbour

ARTIFACT = Artifact(
    name="schema_contract", uri="file:///schema", task_id="propose", attempt=1, content_hash="0"
)


@pytest.fixture
def harbour() -> Harbour:
    return Harbour(ViewMachine())


def status(task: TaskStatus | None = None, *, done: int = 0) -> PipelineStatus:
    return PipelineStatus(
        pipeline_id="pipeline",
        goal_id="goal",
        goal_type="ingest_table",
        state=PipelineState.RUNNING,
        tasks_total=3,
        tasks_done=done,
        task=task,
    )


def task_status(task: str, state: TaskState = TaskState.PENDING) -> TaskStatus:
    node = DataTask(task_id=task, name=task, task_type=DataTaskType.PRIMITIVE)
    return TaskStatus(task=node, operator="clean_partition", state=state)


def step(attempt: int, number: int) -> ReActStepTaken:
    return ReActStepTaken(
        pipeline_id="pipeline",
        task_id="clean",
        attempt=attempt,
        agent_id="anna",
        step=ReActStep(
            step_number=number,
            thought="look",
            action=ActionType.ANALYZE_SCHEMA,
            action_input={},
            observation={},
            data_quality_score=0.5,
            timestamp=DAWN,
        ),
    )


def outcome(reason: str) -> ConsensusResult:
    return ConsensusResult(
        proposal_id="proposal",
        pipeline_id="pipeline",
        task_id="decide",
        subject="schema",
        outcome=ProposalOutcome.ACCEPTED,
        rule=VotingRule.MAJORITY,
        electorate_size=2,
        electorate_hash="0",
        artifact=ARTIFACT,
        approvals=2,
        rejections=0,
        abstentions=0,
        reason=reason,
    )


def test_a_pipeline_shows_its_newest_status(harbour: Harbour) -> None:
    harbour.take(status())
    harbour.wait(5)
    harbour.take(status(done=2))
    pipeline = harbour.records.get(PipelineView, "pipeline")
    assert pipeline is not None
    assert pipeline.tasks_done == 2
    assert (pipeline.changed_at - pipeline.started_at).total_seconds() == 5


def test_tasks_keep_the_order_in_which_they_became_known(harbour: Harbour) -> None:
    for task in ("zulu", "alpha", "zulu"):
        harbour.take(status(task_status(task)))
    ranks = {task: harbour.records.get(TaskView, task) for task in ("zulu", "alpha")}
    assert {task: record.number for task, record in ranks.items() if record} == {
        "zulu": 1,
        "alpha": 2,
    }


def test_a_task_shows_its_newest_state(harbour: Harbour) -> None:
    harbour.take(status(task_status("clean")))
    harbour.take(status(task_status("clean", TaskState.DONE)))
    record = harbour.records.get(TaskView, "clean")
    assert record is not None
    assert record.state is TaskState.DONE
    assert record.parent == "pipeline"


def test_steps_come_by_attempt_then_number(harbour: Harbour) -> None:
    for attempt, number in [(2, 1), (1, 10), (1, 2)]:
        harbour.take(step(attempt, number))
    keys = [f"clean/{attempt:06d}/{number:06d}" for attempt, number in [(1, 2), (1, 10), (2, 1)]]
    found = [harbour.records.get(StepView, key) for key in keys]
    assert [each.rank for each in found if each] == sorted(each.rank for each in found if each)
    assert None not in found


def test_a_step_that_comes_twice_is_kept_once(harbour: Harbour) -> None:
    harbour.take(step(1, 1))
    harbour.take(step(1, 1))
    assert len(harbour.records) == 1


def test_the_first_outcome_of_a_proposal_stays(harbour: Harbour) -> None:
    harbour.take(outcome("two of two"))
    harbour.take(outcome("something else"))
    record = harbour.records.get(ProposalView, "proposal")
    assert record is not None
    assert record.reason == "two of two"


def test_other_inputs_leave_the_view_as_it_is(harbour: Harbour) -> None:
    assert harbour.feed(Started("run")).changes == ()
