"""Schedules in a planner in memory, for tests: order them, pass time, answer their checks."""

from datetime import UTC, datetime, timedelta

from planner.domain.records import ENDED_PIPELINE, GoalRecord, PipelineRecord
from planner.domain.schedules.firing import goal_id_of
from planner.domain.schedules.records import ScheduleRecord, schedule_id_of
from shared.contracts.payloads import (
    Command,
    DataRequest,
    DataResponse,
    GoalCommand,
    PipelineStatus,
    TaskOutcome,
)
from shared.contracts.schedules import (
    CatchUp,
    Cause,
    CronCause,
    FilesCause,
    GoalTemplate,
    Overlap,
    Schedule,
    ScheduleCommand,
    ScheduleSubmission,
    ScheduleVerb,
)
from shared.contracts.vocabulary import Failure, Parameters
from tests.unit.planner.bridge import GOAL, Bridge

TEMPLATE = GoalTemplate(goal_type=GOAL.goal_type, parameters=GOAL.parameters, priority=3)
NIGHTLY = CronCause(expression="0 3 * * *")
FILES = FilesCause(pattern="file:///in/*.csv", interval_seconds=60)
DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1, 3, tzinfo=UTC)
"""When NIGHTLY comes for the first time after the bridge's dawn."""


def schedule(
    cause: Cause = NIGHTLY,
    *,
    overlap: Overlap = Overlap.SKIP,
    catch_up: CatchUp = CatchUp.LAST,
    name: str = "trips",
    goal: GoalTemplate = TEMPLATE,
) -> Schedule:
    return Schedule(
        schedule_id=schedule_id_of("ana", name),
        name=name,
        owner="ana",
        goal=goal,
        cause=cause,
        overlap=overlap,
        catch_up=catch_up,
    )


def order(bridge: Bridge, ordered: Schedule, *, replacing: bool = False) -> Schedule:
    bridge.take(ScheduleSubmission(schedule=ordered, is_replacement=replacing))
    return ordered


def tell(bridge: Bridge, ordered: Schedule, verb: ScheduleVerb, goal_id: str = "") -> None:
    bridge.take(ScheduleCommand(schedule_id=ordered.schedule_id, command=verb, goal_id=goal_id))


def kept(bridge: Bridge, ordered: Schedule) -> ScheduleRecord:
    record = bridge.state.get(ScheduleRecord, ordered.schedule_id)
    assert record is not None
    return record


def wait_until(bridge: Bridge, time: datetime) -> None:
    """Let nothing happen until this time, then fire what is due."""
    bridge.pass_time((time - bridge.now).total_seconds())


def goals(bridge: Bridge) -> list[GoalRecord]:
    """Return the goals that have begun, in that order."""
    ids = dict.fromkeys(status.goal_id for status in bridge.payloads(PipelineStatus))
    found = [bridge.state.get(GoalRecord, goal_id) for goal_id in ids]
    return [goal for goal in found if goal is not None]


def instants_of(bridge: Bridge, ordered: Schedule, *instants: datetime) -> list[str]:
    """Return the ids of the goals that belong to these instants."""
    return [goal_id_of(kept(bridge, ordered), instant) for instant in instants]


def begun_ids(bridge: Bridge) -> list[str]:
    return [goal.goal_id for goal in goals(bridge)]


def open_goals(bridge: Bridge) -> list[GoalRecord]:
    pipelines = [bridge.state.get(PipelineRecord, goal.pipeline_id) for goal in goals(bridge)]
    return [
        goal
        for goal, pipeline in zip(goals(bridge), pipelines, strict=True)
        if pipeline is not None and pipeline.state not in ENDED_PIPELINE
    ]


def end_all(bridge: Bridge) -> None:
    for goal in open_goals(bridge):
        end = GoalCommand(
            goal_id=goal.goal_id, pipeline_id=goal.pipeline_id, command=Command.CANCEL
        )
        bridge.take(end)


def checks(bridge: Bridge) -> list[DataRequest]:
    requests = bridge.payloads(DataRequest)
    return [request for request in requests if request.operator == "observe_source"]


def observation(
    request: DataRequest, fingerprint: object, failure: Failure | None = None
) -> DataResponse:
    seen: Parameters = {"observed": {"fingerprint": fingerprint, "count": 2, "newest": "b.csv"}}  # pyright: ignore[reportAssignmentType]  # wrong on purpose in one test
    return DataResponse(
        pipeline_id=request.pipeline_id,
        task_id=request.task.task_id,
        attempt=1,
        agent_id="agent-1",
        outcome=TaskOutcome.FAILED if failure else TaskOutcome.SUCCEEDED,
        facts={} if failure else seen,
        failure=failure,
    )


def look(bridge: Bridge, fingerprint: str, seconds: float = 60) -> None:
    """Answer the check under way, and let the next one begin."""
    bridge.take(observation(checks(bridge)[-1], fingerprint))
    bridge.pass_time(seconds)
