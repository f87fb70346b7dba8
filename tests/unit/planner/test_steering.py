"""What becomes of a goal that people cancel, pause and resume."""

import pytest

from shared.contracts.machine import Step
from shared.contracts.payloads import (
    Command,
    DataRequest,
    GoalCommand,
    PipelineState,
    PipelineStatus,
    TaskCancellation,
    TaskState,
)
from shared.contracts.topics import HUB
from shared.contracts.voting import SchemaProposal
from tests.unit.planner.bridge import (
    FAULT,
    GOAL,
    PASSING_FAULT,
    PIPELINE,
    Bridge,
    response,
    verdict,
)


def states(bridge: Bridge) -> set[TaskState]:
    return {task.state for task in bridge.tasks().values()}


def profiling() -> Bridge:
    """A pipeline in which two profiles are being made."""
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    return bridge


def test_a_cancelled_goal_ends_with_its_open_tasks_skipped() -> None:
    bridge = profiling()
    bridge.tell(Command.CANCEL)
    assert bridge.pipeline.state is PipelineState.CANCELLED
    assert bridge.pipeline.ended_at == bridge.now
    assert states(bridge) == {TaskState.DONE, TaskState.SKIPPED}
    last = bridge.payloads(PipelineStatus)[-1]
    assert (last.task, last.state) == (None, PipelineState.CANCELLED)


def test_agents_are_told_to_stop_what_they_do_for_a_cancelled_goal() -> None:
    bridge = profiling()
    bridge.tell(Command.CANCEL)
    sends = [send for send in bridge.sent if isinstance(send.payload, TaskCancellation)]
    told = [bridge.request(f"profile_partition:0000{each}.csv").task.task_id for each in range(2)]
    assert [send.payload for send in sends] == [
        TaskCancellation(pipeline_id=PIPELINE, task_id=task_id) for task_id in told
    ]
    assert {(send.topic, send.recipient_id, send.key) for send in sends} == {(HUB, "hub", PIPELINE)}


def test_a_failed_pipeline_lets_no_agent_work_on() -> None:
    bridge = profiling()
    first, second = bridge.payloads(DataRequest)[1:]
    bridge.take(response(first, failure=FAULT))
    (cancellation,) = bridge.payloads(TaskCancellation)
    assert cancellation.task_id == second.task.task_id


def test_what_was_never_handed_out_is_not_called_back() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=0)
    assert bridge.pipeline.state is PipelineState.FAILED
    assert bridge.payloads(TaskCancellation) == []


def test_an_outcome_after_the_cancellation_changes_nothing() -> None:
    bridge = profiling()
    late = bridge.payloads(DataRequest)[-1]
    bridge.tell(Command.CANCEL)
    bridge.take(response(late))
    assert bridge.last == Step()


def test_the_result_of_a_vote_after_the_cancellation_changes_nothing() -> None:
    bridge = Bridge()
    proposal = bridge.reach_vote()
    bridge.tell(Command.CANCEL)
    assert bridge.payloads(TaskCancellation) == []
    bridge.take(verdict(proposal))
    assert bridge.last == Step()


def test_a_retry_that_comes_due_after_the_cancellation_changes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
    bridge.tell(Command.CANCEL)
    bridge.pass_time(60)
    assert bridge.last == Step()


@pytest.mark.parametrize("command", [Command.CANCEL, Command.PAUSE, Command.RESUME])
def test_nothing_moves_what_has_ended(command: Command) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(Command.CANCEL)
    bridge.tell(command)
    assert bridge.last == Step()


@pytest.mark.parametrize(
    "stray", [{"goal_id": "nobody"}, {"pipeline_id": "of-an-earlier-run"}], ids=str
)
def test_a_command_for_something_else_changes_nothing(stray: dict[str, str]) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    command = GoalCommand(goal_id=GOAL.goal_id, pipeline_id=PIPELINE, command=Command.CANCEL)
    bridge.take(command.model_copy(update=stray))
    assert bridge.last == Step()


def test_a_paused_goal_counts_what_runs_and_hands_out_nothing() -> None:
    bridge = profiling()
    bridge.tell(Command.PAUSE)
    handed_out = len(bridge.payloads(DataRequest))
    bridge.succeed_all("profile_partition")
    assert len(bridge.payloads(DataRequest)) == handed_out
    assert bridge.task("profile_partitions").state is TaskState.DONE
    held = bridge.task("propose_schema")
    assert (held.state, held.is_held, held.waiting_on) == (TaskState.PENDING, True, 0)
    assert bridge.payloads(PipelineStatus)[-1].state is PipelineState.PAUSED


def test_a_resumed_goal_hands_out_what_became_ready_meanwhile() -> None:
    bridge = profiling()
    bridge.tell(Command.PAUSE)
    bridge.succeed_all("profile_partition")
    bridge.tell(Command.RESUME)
    assert bridge.payloads(DataRequest)[-1].operator == "propose_schema"
    assert bridge.task("propose_schema").state is TaskState.RUNNING
    assert not bridge.task("propose_schema").is_held
    assert bridge.pipeline.state is PipelineState.RUNNING


def test_what_is_discovered_during_a_pause_is_planned_and_waits() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(Command.PAUSE)
    bridge.succeed("discover_sources", partition_count=3)
    assert bridge.pipeline.tasks_total == 8 + 2 * 3
    assert len(bridge.payloads(DataRequest)) == 1
    bridge.tell(Command.RESUME)
    assert len(bridge.payloads(DataRequest)) == 4


def test_a_wait_before_the_next_attempt_may_end_during_a_pause() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
    bridge.tell(Command.PAUSE)
    bridge.pass_time(60)
    assert len(bridge.payloads(DataRequest)) == 1
    bridge.tell(Command.RESUME)
    assert bridge.request("discover_sources").attempt == 1


def test_a_wait_that_outlasts_the_pause_is_kept() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
    bridge.tell(Command.PAUSE)
    bridge.tell(Command.RESUME)
    assert len(bridge.payloads(DataRequest)) == 1
    bridge.pass_time(2)
    assert len(bridge.payloads(DataRequest)) == 2


def test_a_vote_that_ends_during_a_pause_counts() -> None:
    bridge = Bridge()
    proposal = bridge.reach_vote()
    bridge.tell(Command.PAUSE)
    bridge.take(verdict(proposal))
    assert bridge.task("decide_schema").state is TaskState.DONE
    bridge.tell(Command.RESUME)
    cleaning = [each.operator for each in bridge.payloads(DataRequest)[-2:]]
    assert cleaning == ["clean_partition", "clean_partition"]


def test_a_vote_is_not_begun_during_a_pause() -> None:
    bridge = profiling()
    bridge.succeed_all("profile_partition")
    bridge.tell(Command.PAUSE)
    bridge.succeed("propose_schema")
    assert bridge.payloads(SchemaProposal) == []
    bridge.tell(Command.RESUME)
    assert len(bridge.payloads(SchemaProposal)) == 1


def test_a_paused_goal_can_be_cancelled_and_holds_nothing_any_more() -> None:
    bridge = profiling()
    bridge.tell(Command.PAUSE)
    bridge.succeed_all("profile_partition")
    bridge.tell(Command.CANCEL)
    assert bridge.pipeline.state is PipelineState.CANCELLED
    assert not bridge.task("propose_schema").is_held


def test_a_goal_whose_last_task_runs_can_complete_during_a_pause() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed_all("clean_partition")
    bridge.tell(Command.PAUSE)
    bridge.succeed("publish_table")
    assert bridge.pipeline.state is PipelineState.COMPLETED


@pytest.mark.parametrize("partition_count", [20, 200])
def test_pausing_and_resuming_cost_the_same_however_large_the_pipeline(
    partition_count: int,
) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=partition_count)
    for command in (Command.PAUSE, Command.RESUME):
        bridge.tell(command)
        assert [change.kind for change in bridge.last.changes] == ["pipeline"]
        assert len(bridge.last.effects) == 1
