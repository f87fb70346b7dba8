"""How a goal is carried out: what is handed out when, and when it ends."""

import pytest

from planner.domain.findings import ChoiceRecord
from planner.domain.limits import Limits
from planner.domain.records import GoalRecord
from shared.contracts.machine import Started, Step
from shared.contracts.payloads import (
    DataRequest,
    PipelineState,
    PipelineStatus,
    TaskState,
)
from shared.contracts.topics import EVENTS, HUB
from shared.contracts.vocabulary import DataTaskType
from tests.unit.planner.bridge import (
    GOAL,
    PIPELINE,
    REPORT,
    Bridge,
    response,
    verdict,
)


def states(bridge: Bridge) -> dict[str, TaskState]:
    return {name: task.state for name, task in bridge.tasks().items()}


def names(requests: list[DataRequest]) -> list[str]:
    return [request.task.name for request in requests]


def test_a_goal_starts_with_the_one_task_that_waits_for_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    (request,) = bridge.payloads(DataRequest)
    assert (request.operator, request.attempt) == ("discover_sources", 0)
    assert request.parameters == {"sources": ["file:///in/*.csv"]}
    assert request.task.priority == GOAL.priority
    assert bridge.pipeline.tasks_total == 8


def test_requests_go_to_the_hub_and_changes_to_everyone() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    routes = {(send.topic, send.recipient_id, send.key) for send in bridge.sent}
    assert routes == {(EVENTS, "*", PIPELINE), (HUB, "hub", PIPELINE)}


def test_each_changed_task_is_told_once_a_step() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    told = [each.task.task.name for each in bridge.payloads(PipelineStatus) if each.task]
    assert sorted(told) == sorted(set(told))
    assert len(told) == 8
    assert states(bridge)["discover_sources"] is TaskState.RUNNING
    assert states(bridge)["profile_partitions"] is TaskState.DEFERRED


def test_partitions_open_the_deferred_tasks() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=3)
    assert names(bridge.payloads(DataRequest))[1:] == [
        f"profile_partition:0000{number}.csv" for number in range(3)
    ]
    assert states(bridge)["clean_partitions"] is TaskState.PENDING
    assert bridge.task("clean_partitions").awaits == ()
    assert bridge.pipeline.tasks_total == 8 + 2 * 3


def test_the_schema_is_proposed_once_all_profiles_are_there() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    bridge.succeed("profile_partition:00001.csv")
    assert "propose_schema" not in names(bridge.payloads(DataRequest))
    bridge.succeed("profile_partition:00000.csv")
    inputs = bridge.request("propose_schema").inputs
    files = ("00000.csv", "00001.csv")
    handed_over = [f"{kind}:{file}" for kind in ("profile", "sample") for file in files]
    assert sorted(each.name for each in inputs) == handed_over


def test_the_schema_is_put_to_the_vote_with_its_proposer_and_partitions() -> None:
    proposal = Bridge().reach_vote()
    assert proposal.subject == "schema of trips"
    assert proposal.proposer_id == "agent-of-propose_schema"
    assert proposal.artifact.name == "schema_contract"
    assert proposal.partitions == ("file:///in/00000.csv", "file:///in/00001.csv")
    assert proposal.electorate == ()


def test_an_accepted_schema_lets_all_partitions_be_cleaned() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    cleaning = bridge.payloads(DataRequest)[-2:]
    assert names(cleaning) == ["clean_partition:00000.csv", "clean_partition:00001.csv"]
    assert [each.name for each in cleaning[0].inputs] == ["schema_contract"]
    assert cleaning[0].parameters["quality_min"] == 0


def test_the_table_is_published_from_everything_that_was_made() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed_all("clean_partition")
    made = [each.name for each in bridge.request("publish_table").inputs]
    assert len(made) == 7
    assert made[:2] == ["clean:00000.csv", "clean:00001.csv"]
    assert made[-1] == "schema_contract"


def test_a_published_table_completes_the_pipeline_with_its_report() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed_all("clean_partition")
    bridge.succeed("publish_table")
    assert bridge.pipeline.state is PipelineState.COMPLETED
    assert bridge.pipeline.report == REPORT
    assert bridge.pipeline.tasks_done == bridge.pipeline.tasks_total == 12
    assert set(states(bridge).values()) == {TaskState.DONE}
    last = bridge.payloads(PipelineStatus)[-1]
    assert (last.task, last.state, last.report) == (None, PipelineState.COMPLETED, REPORT)


def test_a_goal_is_taken_once() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(GOAL)
    assert bridge.last == Step()


def test_a_goal_that_is_not_acceptable_fails_at_once_with_the_reason() -> None:
    bridge = Bridge()
    parameters = {**GOAL.parameters, "sources": ["file:///etc/passwd"]}
    bridge.take(GOAL.model_copy(update={"parameters": parameters}))
    assert bridge.pipeline.state is PipelineState.FAILED
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "source_outside_roots"
    assert bridge.state.get(GoalRecord, GOAL.goal_id) is not None
    assert bridge.payloads(DataRequest) == []


def test_no_partitions_at_all_end_the_pipeline_with_the_reason() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=0)
    assert bridge.pipeline.failure is not None
    assert "`partitions` is empty" in bridge.pipeline.failure.detail
    assert states(bridge)["profile_partitions"] is TaskState.FAILED
    assert states(bridge)["clean_partitions"] is TaskState.SKIPPED
    assert len(bridge.payloads(DataRequest)) == 1


def test_a_plan_beyond_its_limits_is_refused_before_work_begins() -> None:
    bridge = Bridge(limits=Limits(outputs_max=6))
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=3)
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "message_too_large"
    assert names(bridge.payloads(DataRequest)) == ["discover_sources"]


def test_a_request_larger_than_a_message_fails_the_pipeline() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    for request in bridge.payloads(DataRequest)[1:]:
        made, *others = response(request).artifacts
        heavy = made.model_copy(update={"uri": "x" * 600_000})
        bridge.take(response(request).model_copy(update={"artifacts": (heavy, *others)}))
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "message_too_large"
    assert "propose_schema" not in names(bridge.payloads(DataRequest))


def test_each_decomposition_is_on_record() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    waiting = bridge.state.get(ChoiceRecord, bridge.task("clean_partitions").key)
    assert waiting is not None
    assert (waiting.method, waiting.awaits) == ("", ("partitions",))
    bridge.succeed("discover_sources")
    made = bridge.state.get(ChoiceRecord, waiting.key)
    assert made is not None
    assert (made.method, made.awaits) == ("clean_each", ())


def test_plans_are_equal_however_goals_are_called() -> None:
    first, second = Bridge(), Bridge()
    first.take(GOAL)
    second.take(GOAL.model_copy(update={"owner": "somebody else"}))
    assert first.pipeline.plan_hash == second.pipeline.plan_hash
    second.succeed("discover_sources")
    assert first.pipeline.plan_hash != second.pipeline.plan_hash


@pytest.mark.parametrize("partition_count", [20, 200])
def test_an_event_costs_the_same_however_large_the_pipeline(partition_count: int) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=partition_count)
    bridge.succeed("profile_partition:00007.csv")
    kinds = [change.kind for change in bridge.last.changes]
    assert sorted(kinds) == ["artifact", "artifact", "pipeline", "task", "task"]
    assert len(bridge.last.effects) == 1


def test_what_is_not_for_the_planner_changes_nothing() -> None:
    bridge = Bridge()
    bridge.step(Started("run-1"))
    assert bridge.last == Step()


def test_only_primitive_tasks_are_handed_out() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    kinds = {request.task.task_type for request in bridge.payloads(DataRequest)}
    assert kinds == {DataTaskType.PRIMITIVE}
