"""An agent's place in the fleet."""

from shared.contracts.machine import DrainRequested, Follow, Following, Started, Timer
from shared.contracts.payloads import (
    AgentHeartbeat,
    AgentRegistration,
    AgentState,
    AttemptRef,
    DataResponse,
)
from shared.contracts.topics import HEARTBEATS, HUB, INBOX
from tests.unit.agent_worker.machine.berth import (
    AGENT_ID,
    EPOCH,
    RUN_ID,
    SLOT,
    Berth,
    a_request,
    an_admission,
    an_outcome,
)


def test_a_started_agent_registers_its_run() -> None:
    berth = Berth()
    (send,) = berth.feed(Started(RUN_ID))
    assert (send.topic, send.recipient_id, send.key) == (HUB, "hub", AGENT_ID)
    assert send.payload == AgentRegistration(
        agent_id=AGENT_ID,
        registration_id=RUN_ID,
        public_key="key",
        capabilities=("clean_partition",),
        streams_max=2,
    )


def test_an_unanswered_registration_is_repeated() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    berth.fire("registration")
    assert [each.registration_id for each in berth.sent(AgentRegistration)] == [RUN_ID, RUN_ID]


def test_the_same_run_registers_once() -> None:
    berth = Berth.admitted()
    berth.restart(RUN_ID)
    assert len(berth.sent(AgentRegistration)) == 1
    assert berth.membership.epoch == EPOCH


def test_an_admitted_agent_beats_once_its_inbox_is_read() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    assert berth.take(an_admission()) == []
    assert berth.follows == [Follow(INBOX, SLOT)]
    berth.feed(Following(INBOX.name, SLOT))
    (send,) = berth.fire("heartbeat")
    assert (send.topic, send.key) == (HEARTBEATS, AGENT_ID)
    assert send.payload == AgentHeartbeat(agent_id=AGENT_ID, epoch=EPOCH)


def test_heartbeats_come_at_the_interval_and_list_what_runs() -> None:
    berth = Berth.admitted()
    berth.take(a_request("task-1", 3))
    before = berth.now
    (send,) = berth.fire("heartbeat")
    assert (berth.now - before).total_seconds() == 10
    assert isinstance(send.payload, AgentHeartbeat)
    assert send.payload.running == (AttemptRef(task_id="task-1", attempt=3),)


def test_registry_history_is_not_an_answer() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    berth.take(an_admission("run-0", epoch=3))
    assert berth.membership.state == "registering"
    assert berth.follows == []


def test_the_admission_of_another_agent_is_not_ours() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    berth.take(an_admission(), recipient_id="agent-b")
    assert berth.membership.state == "registering"


def test_a_refused_agent_waits_for_the_next_admission() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    berth.take(an_admission(slot=-1, epoch=0))
    assert berth.membership.state == "waiting"
    berth.take(an_admission())
    assert (berth.membership.state, berth.membership.slot) == ("active", SLOT)


def test_an_agent_that_was_lost_drops_its_work_and_joins_again() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.take(an_admission(epoch=EPOCH + 1, slot=5))
    assert (berth.attempts, berth.performs) == ([], {})
    assert (berth.membership.epoch, berth.membership.slot) == (EPOCH + 1, 5)
    assert berth.sent(DataResponse) == []


def test_the_same_admission_again_disturbs_nothing() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.take(an_admission())
    assert len(berth.attempts) == 1
    assert len(berth.follows) == 1


def test_a_newer_process_silences_this_one() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.take(an_admission("run-2", epoch=EPOCH + 1))
    assert (berth.membership.state, berth.attempts, berth.performs) == ("fenced", [], {})
    assert not [record for record in berth.stored.values() if isinstance(record, Timer)]
    assert berth.take(a_request("task-2")) == []
    assert berth.feed(DrainRequested()) == []


def test_a_restarted_agent_tells_what_it_still_holds() -> None:
    berth = Berth.admitted()
    berth.take(a_request("task-1", 2))
    berth.restart("run-2")
    registration = berth.sent(AgentRegistration)[-1]
    assert registration.registration_id == "run-2"
    assert registration.holding == (AttemptRef(task_id="task-1", attempt=2),)
    assert berth.membership.state == "registering"


def test_a_draining_agent_finishes_its_work_and_takes_no_more() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    (send,) = berth.feed(DrainRequested())
    assert isinstance(send.payload, AgentHeartbeat)
    assert send.payload.state is AgentState.DRAINING
    berth.take(a_request("task-2"))
    assert [attempt.key for attempt in berth.attempts] == ["task-1"]
    for _ in range(3):
        berth.end_activity(an_outcome())
    assert len(berth.sent(DataResponse)) == 1
    assert berth.sent(AgentHeartbeat)[-1].state is AgentState.STOPPED


def test_an_idle_agent_stops_as_soon_as_it_drains() -> None:
    berth = Berth.admitted()
    berth.feed(DrainRequested())
    assert berth.membership.state == "stopped"
    assert berth.sent(AgentHeartbeat)[-1].state is AgentState.STOPPED


def test_a_drain_before_admission_stops_without_a_heartbeat() -> None:
    berth = Berth()
    berth.feed(Started(RUN_ID))
    assert berth.feed(DrainRequested()) == []
    assert berth.membership.state == "stopped"
    assert berth.take(an_admission()) == []
