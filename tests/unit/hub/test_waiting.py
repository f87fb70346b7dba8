"""Why tasks wait for an agent: nobody can, nobody is there yet, or everybody is busy."""

from hub.domain.records import AgentRecord, AssignmentRecord
from hub.domain.waiting import Waiting, waiting_for
from tests.unit.hub.harbour import Harbour, registration, request


def seen(harbour: Harbour) -> dict[str, Waiting]:
    kept = tuple(harbour.kept())
    assignments = [each for each in kept if isinstance(each, AssignmentRecord)]
    agents = [each for each in kept if isinstance(each, AgentRecord)]
    return {each.capability: each for each in waiting_for(assignments, agents)}


def test_a_capability_that_no_agent_has_is_named() -> None:
    harbour = Harbour()
    harbour.board(registration("anna", "publish_table"))
    harbour.take(request("one"))
    harbour.take(request("two"))
    assert seen(harbour)["clean_partition"] == Waiting(
        capability="clean_partition",
        tasks=2,
        agents=0,
        detail="waiting: no agent with capability `clean_partition`",
    )


def test_it_waits_no_more_once_an_agent_arrives() -> None:
    harbour = Harbour()
    harbour.take(request("one"))
    assert seen(harbour)
    harbour.board(registration("zoe", "clean_partition"))
    assert seen(harbour) == {}


def test_busy_agents_are_another_reason() -> None:
    harbour = Harbour()
    harbour.board(registration("zoe", "clean_partition"))
    for task in ("one", "two", "three"):
        harbour.take(request(task))
    waiting = seen(harbour)["clean_partition"]
    assert (waiting.tasks, waiting.agents) == (2, 1)
    assert waiting.detail == "waiting: the agent with capability `clean_partition` is busy"


def test_an_agent_that_has_not_spoken_yet_takes_no_work() -> None:
    harbour = Harbour()
    harbour.take(registration("zoe", "clean_partition"))
    harbour.take(request("one"))
    assert "takes work now: 1 start or stop" in seen(harbour)["clean_partition"].detail


def test_a_lost_agent_is_no_agent() -> None:
    harbour = Harbour()
    harbour.board(registration("zoe", "clean_partition"))
    harbour.wait(3_600)
    harbour.take(request("one"))
    assert "no agent with capability" in seen(harbour)["clean_partition"].detail
