"""Goals that begin when a source has changed: an agent looks, one goal for each change."""

import pytest

from planner.domain.schedules.checking import CHECK_IDS
from planner.domain.schedules.records import ScheduleRecord
from shared.contracts.machine import Send, Step
from shared.contracts.payloads import DataRequest, TaskCancellation
from shared.contracts.schedules import (
    Cause,
    FilesCause,
    Overlap,
    Schedule,
    ScheduleVerb,
    TableCause,
)
from shared.contracts.topics import HUB, PLANNER
from shared.kernel.partitioning import partition_of
from tests.unit.planner.bridge import FAULT, Bridge
from tests.unit.planner.ordering import (
    FILES,
    checks,
    end_all,
    goals,
    kept,
    look,
    observation,
    order,
    schedule,
    tell,
)

EAGER = FILES.model_copy(update={"fire_at_first": True})


def watching(cause: Cause = FILES, overlap: Overlap = Overlap.SKIP) -> tuple[Bridge, Schedule]:
    """A planner whose first check of the source is under way."""
    bridge = Bridge()
    return bridge, order(bridge, schedule(cause, overlap=overlap))


@pytest.mark.parametrize(
    ("cause", "parameters"),
    [
        (FILES, {"source": "file:///in/*.csv"}),
        (TableCause(table="trips"), {"table": "trips"}),
    ],
)
def test_a_check_is_a_task_for_an_agent(cause: Cause, parameters: dict[str, str]) -> None:
    bridge, ordered = watching(cause)
    (send,) = [each for each in bridge.sent if isinstance(each.payload, DataRequest)]
    request = send.payload
    assert isinstance(request, DataRequest)
    assert isinstance(send, Send)
    assert (send.topic, send.recipient_id) == (HUB, "hub")
    assert (request.operator, request.parameters) == ("observe_source", parameters)
    assert request.task.processing_effects == ("observed",)
    home = partition_of(ordered.owner, PLANNER.partitions)
    assert partition_of(request.pipeline_id, PLANNER.partitions) == home


def test_the_first_look_only_sets_the_mark() -> None:
    bridge, ordered = watching()
    look(bridge, "v1")
    seen = kept(bridge, ordered).observation
    assert goals(bridge) == []
    assert seen is not None
    assert (seen.fingerprint, seen.count, seen.newest) == ("v1", 2, "b.csv")


def test_the_first_look_begins_a_goal_if_it_shall() -> None:
    bridge, ordered = watching(EAGER)
    look(bridge, "v1")
    assert [goal.schedule_id for goal in goals(bridge)] == [ordered.schedule_id]


def test_each_change_begins_one_goal() -> None:
    bridge, ordered = watching()
    for fingerprint in ("v1", "v1", "v2", "v2", "v3", "v2"):
        look(bridge, fingerprint)
        end_all(bridge)
    assert len(goals(bridge)) == kept(bridge, ordered).begun == 3


def test_the_same_observation_twice_is_one_goal() -> None:
    bridge, _ = watching(EAGER)
    answer = observation(checks(bridge)[-1], "v1")
    bridge.take(answer)
    bridge.take(answer)
    assert bridge.last == Step()
    assert len(goals(bridge)) == 1


def test_checks_do_not_pile_up() -> None:
    bridge, ordered = watching()
    bridge.pass_time(3600)
    assert len(checks(bridge)) == 1
    assert kept(bridge, ordered).next_at is None
    bridge.take(observation(checks(bridge)[-1], "v1"))
    bridge.pass_time(0)
    assert len(checks(bridge)) == 2


def test_the_next_check_comes_an_interval_after_the_one_before() -> None:
    bridge, _ = watching()
    bridge.pass_time(20)
    bridge.take(observation(checks(bridge)[-1], "v1"))
    bridge.pass_time(39)
    assert len(checks(bridge)) == 1
    bridge.pass_time(1)
    assert len(checks(bridge)) == 2
    first, second = checks(bridge)
    assert first.task.task_id != second.task.task_id


def test_a_year_of_checks_leaves_the_traces_of_a_few() -> None:
    bridge, _ = watching()
    for _ in range(3 * CHECK_IDS):
        look(bridge, "v1")
    ids = [request.task.task_id for request in checks(bridge)]
    assert len(set(ids)) == len(set(ids[:CHECK_IDS])) == CHECK_IDS


def test_a_change_while_the_last_goal_runs_is_not_lost() -> None:
    bridge, _ = watching(EAGER)
    look(bridge, "v1")
    look(bridge, "v2")
    look(bridge, "v3")
    assert len(goals(bridge)) == 1
    end_all(bridge)
    look(bridge, "v3")
    look(bridge, "v3")
    assert len(goals(bridge)) == 2


def test_changes_that_are_queued_begin_one_after_another() -> None:
    bridge, ordered = watching(EAGER, Overlap.QUEUE)
    for fingerprint in ("v1", "v2", "v3"):
        look(bridge, fingerprint)
    assert (len(goals(bridge)), len(kept(bridge, ordered).waiting)) == (1, 2)
    end_all(bridge)
    end_all(bridge)
    assert len(goals(bridge)) == 3


def test_a_check_that_fails_says_why_and_is_repeated() -> None:
    bridge, ordered = watching()
    look(bridge, "v1", seconds=60)
    bridge.take(observation(checks(bridge)[-1], "", failure=FAULT))
    assert kept(bridge, ordered).check_failure == FAULT
    bridge.pass_time(60)
    look(bridge, "v2")
    assert kept(bridge, ordered).check_failure is None
    assert len(goals(bridge)) == 1


@pytest.mark.parametrize("fingerprint", ["", 7, None, "x" * 300])
def test_an_observation_that_is_none_is_a_failure(fingerprint: object) -> None:
    bridge, ordered = watching(EAGER)
    bridge.take(observation(checks(bridge)[-1], fingerprint))
    failure = kept(bridge, ordered).check_failure
    assert failure is not None
    assert failure.code == "observation_invalid"
    assert goals(bridge) == []


def test_a_deleted_trigger_is_silent() -> None:
    bridge, ordered = watching(EAGER)
    (request,) = checks(bridge)
    tell(bridge, ordered, ScheduleVerb.DELETE)
    (cancelled,) = bridge.payloads(TaskCancellation)
    assert cancelled.task_id == request.task.task_id
    assert cancelled.pipeline_id == request.pipeline_id
    bridge.take(observation(request, "v1"))
    bridge.pass_time(600)
    assert goals(bridge) == []
    assert len(checks(bridge)) == 1
    assert bridge.state.get(ScheduleRecord, ordered.schedule_id) is None


def test_what_changed_during_a_pause_is_seen_after_it() -> None:
    bridge, ordered = watching()
    look(bridge, "v1")
    late = checks(bridge)[-1]
    tell(bridge, ordered, ScheduleVerb.PAUSE)
    assert bridge.payloads(TaskCancellation)[-1].task_id == late.task.task_id
    bridge.take(observation(late, "v2"))
    bridge.pass_time(600)
    assert goals(bridge) == []
    tell(bridge, ordered, ScheduleVerb.RESUME)
    look(bridge, "v2")
    assert len(goals(bridge)) == 1


@pytest.mark.parametrize(("pattern", "begun"), [("file:///in/*.csv", 1), ("file:///in/*.json", 0)])
def test_a_replaced_trigger_keeps_its_mark_while_it_looks_at_the_same(
    pattern: str, begun: int
) -> None:
    bridge, ordered = watching()
    look(bridge, "v1")
    slower = FilesCause(pattern=pattern, interval_seconds=300)
    order(bridge, ordered.model_copy(update={"cause": slower}), replacing=True)
    look(bridge, "v2")
    assert len(goals(bridge)) == begun


@pytest.mark.parametrize(
    "wrong",
    [FilesCause(pattern="file:///etc/*"), FilesCause(pattern="in"), TableCause(table="a b")],
)
def test_a_source_that_goals_may_not_read_is_not_looked_at(wrong: Cause) -> None:
    bridge, _ = watching(wrong)
    assert bridge.last == Step()


def test_the_arrival_of_a_source_that_was_not_there_is_a_change() -> None:
    bridge, _ = watching()
    missing = FAULT.model_copy(update={"code": "source_missing"})
    bridge.take(observation(checks(bridge)[-1], "", missing))
    bridge.pass_time(60)
    assert goals(bridge) == []
    look(bridge, "one file")
    assert len(goals(bridge)) == 1
