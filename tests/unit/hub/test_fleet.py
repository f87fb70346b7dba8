"""The life of agents: slots, epochs, heartbeats, loss, drain."""

import pytest

from hub.domain.limits import Limits
from hub.domain.records import AgentRecord
from hub.handlers import HubMachine
from shared.contracts.machine import TimerFired
from shared.contracts.payloads import AgentAdmission, AgentHeartbeat, AgentState, AttemptRef
from tests.unit.hub.harbour import DAWN, Harbour, registration, request


@pytest.fixture
def harbour() -> Harbour:
    return Harbour()


def small_harbour(agents_max: int) -> Harbour:
    return Harbour(HubMachine(Limits(agents_max=agents_max)))


def admissions(harbour: Harbour) -> list[tuple[str, int, int]]:
    heard = harbour.heard(AgentAdmission)
    return [(admission.agent_id, admission.slot, admission.epoch) for admission in heard]


def test_each_agent_gets_the_lowest_free_slot(harbour: Harbour) -> None:
    harbour.board(registration("anna"), registration("bert"))
    assert admissions(harbour) == [("anna", 0, 1), ("bert", 1, 1)]


def test_an_agent_is_active_from_its_first_heartbeat_on(harbour: Harbour) -> None:
    harbour.take(registration("anna"))
    assert harbour.agent("anna").state is AgentState.REGISTERING
    harbour.beat("anna")
    assert harbour.agent("anna").state is AgentState.ACTIVE
    assert harbour.agent("anna").last_heartbeat_at == DAWN


def test_the_fifty_first_agent_is_refused_and_told_why(harbour: Harbour) -> None:
    harbour.board(*(registration(f"agent-{number}") for number in range(50)))
    harbour.heard(AgentAdmission)
    harbour.take(registration("late"))
    (admission,) = harbour.heard(AgentAdmission)
    assert (admission.slot, admission.epoch) == (-1, 0)
    assert admission.refusal is not None
    assert admission.refusal.code == "fleet_full"


def test_a_refused_agent_gets_the_next_free_slot() -> None:
    harbour = small_harbour(1)
    harbour.board(registration("anna"))
    harbour.take(registration("bert"))
    harbour.wait(1)
    harbour.take(registration("carl"))
    harbour.heard(AgentAdmission)
    harbour.beat("anna", AgentState.STOPPED)
    assert admissions(harbour) == [("bert", 0, 1)]


def test_a_refused_agent_that_asks_again_keeps_its_place() -> None:
    harbour = small_harbour(1)
    harbour.board(registration("anna"))
    for agent in ("bert", "carl", "bert"):
        harbour.wait(1)
        harbour.take(registration(agent))
    harbour.heard(AgentAdmission)
    harbour.beat("anna", AgentState.STOPPED)
    assert admissions(harbour) == [("bert", 0, 1)]


def test_a_repeated_registration_gets_the_same_answer(harbour: Harbour) -> None:
    harbour.take(registration("anna"))
    harbour.take(registration("anna"))
    assert admissions(harbour) == [("anna", 0, 1), ("anna", 0, 1)]


def test_another_run_of_an_agent_keeps_its_slot_in_a_new_epoch(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(registration("anna", run="run-2"))
    assert admissions(harbour)[-1] == ("anna", 0, 2)


def test_a_heartbeat_of_an_older_epoch_is_void(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(registration("anna", run="run-2"))
    harbour.take(AgentHeartbeat(agent_id="anna", epoch=1))
    assert harbour.agent("anna").state is AgentState.REGISTERING


def test_a_heartbeat_of_a_stranger_changes_nothing(harbour: Harbour) -> None:
    assert harbour.take(AgentHeartbeat(agent_id="nobody", epoch=1)).changes == ()


def test_an_agent_that_misses_three_heartbeats_is_lost(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.wait(29)
    assert harbour.agent("anna").state is AgentState.ACTIVE
    harbour.wait(1)
    assert harbour.agent("anna").state is AgentState.LOST
    assert harbour.agent("anna").slot == -1


def test_an_agent_that_never_sends_a_heartbeat_is_lost(harbour: Harbour) -> None:
    harbour.take(registration("anna"))
    harbour.wait(30)
    assert harbour.agent("anna").state is AgentState.LOST


def test_heartbeats_keep_an_agent_alive(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    for _ in range(20):
        harbour.wait(10)
        harbour.beat("anna")
    assert harbour.agent("anna").state is AgentState.ACTIVE


def test_the_slot_of_a_lost_agent_goes_to_another(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.wait(30)
    harbour.take(registration("bert"))
    assert admissions(harbour)[-1] == ("bert", 0, 1)


def test_a_lost_agent_that_speaks_again_comes_back_in_a_new_epoch(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.wait(30)
    harbour.take(AgentHeartbeat(agent_id="anna", epoch=1))
    assert admissions(harbour)[-1] == ("anna", 0, 2)
    harbour.beat("anna")
    assert harbour.agent("anna").state is AgentState.ACTIVE


def test_nobody_is_lost_because_the_hub_was_away(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.now = harbour.now.replace(hour=5)
    harbour.restart()
    harbour.wait(29)
    assert harbour.agent("anna").state is AgentState.ACTIVE


def test_a_timer_that_comes_late_blames_the_hub(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.now = harbour.now.replace(hour=5)
    harbour.feed(TimerFired("agent:anna", DAWN))
    assert harbour.agent("anna").state is AgentState.ACTIVE


def test_the_hubs_absence_ends_no_lease(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.now = harbour.now.replace(hour=5)
    harbour.restart()
    harbour.take(AgentHeartbeat(agent_id="anna", epoch=1))
    assert [lease.attempt for lease in harbour.agent("anna").running] == [1]


def test_a_draining_agent_gets_nothing_new(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.beat("anna", AgentState.DRAINING)
    harbour.take(request("clean"))
    harbour.beat("anna")
    assert harbour.agent("anna").state is AgentState.DRAINING
    assert harbour.assignments() == []


def test_a_stopped_agent_hands_back_what_it_held(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.board(registration("bert"))
    harbour.assignments()
    harbour.beat("anna", AgentState.STOPPED)
    assert harbour.agent("anna").state is AgentState.STOPPED
    assert harbour.assignments() == [("clean", 2, "bert")]


def test_attempts_that_a_restarted_agent_holds_go_on(harbour: Harbour) -> None:
    harbour.board(registration("anna", streams=2))
    harbour.take(request("held"))
    harbour.take(request("dropped"))
    harbour.assignments()
    held = AttemptRef(task_id="held", attempt=1)
    harbour.board(registration("anna", run="run-2", streams=2, holding=(held,)))
    assert harbour.assignments() == [("dropped", 2, "anna")]
    assert {lease.task_id for lease in harbour.agent("anna").running} == {"held", "dropped"}


def test_an_agent_holds_no_more_than_its_streams(harbour: Harbour) -> None:
    harbour.board(registration("anna", streams=2))
    harbour.take(request("first"))
    harbour.take(request("second"))
    holding = tuple(AttemptRef(task_id=task, attempt=1) for task in ("first", "second"))
    harbour.board(registration("anna", run="run-2", streams=1, holding=holding))
    assert [lease.task_id for lease in harbour.agent("anna").running] == ["first"]


def test_an_agent_long_gone_is_forgotten(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.wait(25 * 3600)
    assert harbour.records.get(AgentRecord, "anna") is None
    assert len(harbour.records) == 0
