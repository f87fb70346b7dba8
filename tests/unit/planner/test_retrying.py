"""A goal that failed or was cancelled is tried again, and keeps what was finished."""

from dataclasses import replace

import pytest

from planner.domain.built_in import data_domain
from planner.domain.findings import ArtifactRecord
from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.placement import next_pipeline_id
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.retrying import RUNS_MAX
from shared.contracts.machine import Step
from shared.contracts.payloads import Command, DataRequest, PipelineState, TaskState
from shared.contracts.topics import PLANNER
from shared.contracts.voting import ProposalOutcome, SchemaProposal
from shared.kernel.partitioning import partition_of
from shared.kernel.records import Change
from tests.unit.planner.bridge import (
    FAULT,
    GOAL,
    PIPELINE,
    REPORT,
    Bridge,
    response,
    verdict,
)


def goal_of(bridge: Bridge) -> GoalRecord:
    goal = bridge.state.get(GoalRecord, GOAL.goal_id)
    assert goal is not None
    return goal


def domain_with(task: str, *, outputs: tuple[str, ...]) -> Domain:
    """The built-in domain, in which one task makes other data."""
    domain = data_domain()
    changed = replace(domain.tasks[task], outputs=outputs)
    return replace(domain, tasks={**domain.tasks, task: changed})


def stopped_while_cleaning() -> Bridge:
    """A pipeline that failed when the first of two partitions was clean."""
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed("clean_partition:00000.csv")
    bridge.take(response(bridge.request("clean_partition:00001.csv"), failure=FAULT))
    return bridge


def test_a_retried_goal_does_only_what_is_missing() -> None:
    bridge = stopped_while_cleaning()
    before = len(bridge.sent)
    bridge.tell(Command.RETRY)
    handed_out = [send.payload for send in bridge.sent[before:]]
    requests = [each for each in handed_out if isinstance(each, DataRequest)]
    assert [each.task.name for each in requests] == ["clean_partition:00001.csv"]
    assert requests[0].attempt == 0
    assert len(bridge.payloads(SchemaProposal)) == 1
    assert bridge.task("clean_partitions").state is TaskState.RUNNING


def test_a_retried_goal_comes_to_the_same_plan_and_report() -> None:
    bridge, smooth = stopped_while_cleaning(), Bridge()
    bridge.tell(Command.RETRY)
    bridge.succeed("clean_partition:00001.csv", "publish_table")
    smooth.take(verdict(smooth.reach_vote()))
    smooth.succeed_all("clean_partition")
    smooth.succeed("publish_table")
    assert bridge.newest.state is PipelineState.COMPLETED
    assert bridge.newest.report == REPORT
    assert bridge.newest.plan_hash == smooth.pipeline.plan_hash
    assert bridge.newest.tasks_done == bridge.newest.tasks_total == smooth.pipeline.tasks_total


def test_the_table_is_published_from_the_work_of_both_runs() -> None:
    bridge = stopped_while_cleaning()
    bridge.tell(Command.RETRY)
    bridge.succeed("clean_partition:00001.csv")
    inputs = {each.name: each.task_id for each in bridge.request("publish_table").inputs}
    kept = bridge.task("clean_partition:00000.csv")
    assert inputs["clean:00000.csv"] == kept.reused_from
    assert inputs["clean:00001.csv"] == bridge.task("clean_partition:00001.csv").key


def test_an_ended_pipeline_stays_as_it_is() -> None:
    bridge = stopped_while_cleaning()
    ended = bridge.pipeline
    bridge.tell(Command.RETRY)
    changed = [change.record for change in bridge.last.changes]
    assert bridge.pipeline == ended
    assert all(
        each.pipeline_id != PIPELINE
        for each in changed
        if isinstance(each, TaskRecord | ArtifactRecord | PipelineRecord)
    )


def test_a_goal_knows_its_runs_and_each_run_where_it_comes_from() -> None:
    bridge = stopped_while_cleaning()
    bridge.tell(Command.RETRY)
    goal, record = goal_of(bridge), bridge.newest
    assert goal.earlier_pipelines == (PIPELINE,)
    assert (record.run, record.retry_of, record.goal_id) == (2, PIPELINE, GOAL.goal_id)


def test_a_retry_of_a_retry_keeps_the_work_of_both() -> None:
    bridge = stopped_while_cleaning()
    bridge.tell(Command.RETRY)
    bridge.succeed("clean_partition:00001.csv")
    bridge.take(response(bridge.request("publish_table"), failure=FAULT))
    bridge.tell(Command.RETRY)
    assert bridge.newest.run == 3
    assert bridge.payloads(DataRequest)[-1].operator == "publish_table"
    bridge.succeed("publish_table")
    assert bridge.newest.state is PipelineState.COMPLETED


def test_a_cancelled_goal_can_be_retried() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(Command.CANCEL)
    bridge.tell(Command.RETRY)
    assert bridge.newest.state is PipelineState.RUNNING
    bridge.succeed("discover_sources")
    assert bridge.newest.tasks_total == 12


def test_a_schema_that_is_rejected_is_proposed_once_more_without_its_recipe() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote(), ProposalOutcome.REJECTED))
    with_recipe, without = (
        request for request in bridge.payloads(DataRequest) if request.operator == "propose_schema"
    )
    assert with_recipe.parameters["is_mending"]
    assert not without.parameters["is_mending"]


def test_a_schema_that_is_rejected_for_good_is_voted_on_again() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote(), ProposalOutcome.REJECTED))
    bridge.succeed("propose_schema")
    (_, second) = bridge.payloads(SchemaProposal)
    bridge.take(verdict(second, ProposalOutcome.REJECTED))
    assert bridge.pipeline.state is PipelineState.FAILED
    bridge.tell(Command.RETRY)
    third = bridge.payloads(SchemaProposal)[2]
    assert third.proposal_id != second.proposal_id
    assert third.proposer_id == second.proposer_id


def test_work_that_a_newer_domain_describes_otherwise_is_done_anew() -> None:
    bridge = Bridge()
    bridge.reach_vote()
    bridge.tell(Command.CANCEL)
    bridge.domain = domain_with("propose_schema", outputs=("schema_contract", "notes"))
    bridge.tell(Command.RETRY)
    assert bridge.task("profile_partitions").state is TaskState.DONE
    assert bridge.task("propose_schema").state is TaskState.RUNNING
    assert bridge.task("propose_schema").reused_from == ""


def test_work_that_a_newer_domain_gives_other_inputs_is_done_anew() -> None:
    bridge = Bridge()
    bridge.reach_vote()
    bridge.tell(Command.CANCEL)
    proposed = bridge.task("propose_schema")
    other = proposed.model_copy(update={"inputs_hash": "of other profiles"})
    bridge.state.apply([Change(other.kind, other.key, other)])
    bridge.tell(Command.RETRY)
    assert bridge.task("profile_partitions").state is TaskState.DONE
    assert bridge.task("propose_schema").reused_from == ""


def test_a_retry_counts_once() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(Command.CANCEL)
    command = bridge.tell(Command.RETRY)
    bridge.take(command)
    assert bridge.last == Step()
    assert bridge.newest.run == 2


@pytest.mark.parametrize("is_completed", [False, True])
def test_only_what_ended_badly_is_retried(*, is_completed: bool) -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    if is_completed:
        bridge.succeed_all("clean_partition")
        bridge.succeed("publish_table")
    bridge.tell(Command.RETRY)
    assert bridge.last == Step()


def test_a_goal_has_no_more_than_its_runs() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    for _ in range(RUNS_MAX):
        bridge.tell(Command.CANCEL)
        bridge.tell(Command.RETRY)
    assert bridge.newest.run == RUNS_MAX
    assert bridge.newest.state is PipelineState.CANCELLED


def test_the_next_pipeline_meets_the_records_of_the_one_before() -> None:
    for number in range(50):
        before = f"pipeline-{number}"
        after = next_pipeline_id(before)
        assert after == next_pipeline_id(before) != before
        homes = {partition_of(each, PLANNER.partitions) for each in (before, after)}
        assert len(homes) == 1


def test_work_is_taken_over_across_a_run_that_ended_early() -> None:
    bridge = stopped_while_cleaning()
    bridge.limits = Limits(portion=1)
    bridge.tell(Command.RETRY)
    bridge.tell(Command.CANCEL)
    assert bridge.tasks().get("clean_partition:00000.csv") is None
    bridge.tell(Command.RETRY)
    for _ in bridge.payloads(DataRequest):
        bridge.pass_time(0)
    assert bridge.task("clean_partition:00000.csv").reused_from != ""
