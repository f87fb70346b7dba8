"""The HTTP API of an agent, over a real store."""

from pathlib import Path

from httpx import ASGITransport, AsyncClient

from agent_worker.api import AgentView, router
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.engine.http import create_app
from shared.ports.ports import Ports
from shared.ports.store import Commit, StoredRecord
from tests.unit.agent_worker.machine.berth import (
    AGENT,
    AGENT_ID,
    SLOT,
    Berth,
    a_proposal,
    a_request,
    an_outcome,
)


async def shown_of(berth: Berth, folder: Path) -> AgentView:
    store = open_store(f"sqlite:///{folder}/agent.db")
    ports = Ports(open_bus(f"sqlite:///{folder}/bus.db"), store, SystemClock())
    await store.start()
    loaded = await store.claim("agent", 0)
    records = tuple(
        StoredRecord(*name, record.parent, record.rank, record.model_dump_json().encode())
        for name, record in berth.stored.items()
    )
    await store.commit(loaded.claim, Commit(records=records))
    app = create_app([], [router(ports, AGENT)], "agent")
    app.state.is_started = True
    async with AsyncClient(transport=ASGITransport(app), base_url="http://agent") as http:
        shown = AgentView.model_validate_json((await http.get("/v1/agent")).content)
    await store.stop()
    return shown


async def test_an_agent_says_where_it_stands_and_what_it_does(tmp_path: Path) -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.end_activity(an_outcome())
    berth.take(a_proposal())
    shown = await shown_of(berth, tmp_path)
    assert (shown.agent_id, shown.state, shown.slot) == (AGENT_ID, "active", SLOT)
    (running,) = shown.running
    assert (running.task_id, running.steps, running.thought) == ("task-1", 1, "Thought 2.")
    assert shown.voting_on == ("proposal-1",)


async def test_an_agent_that_never_started_says_that_it_is_registering(tmp_path: Path) -> None:
    shown = await shown_of(Berth(), tmp_path)
    assert (shown.state, shown.slot, shown.running) == ("registering", -1, ())
