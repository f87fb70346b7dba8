"""The HTTP API of consensus, over a real store."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from consensus.settings import Settings
from consensus.wiring import build, open_ports
from shared.contracts.voting import VoteChoice
from shared.engine.http import create_app
from shared.ports.store import Commit, StoredRecord
from tests.unit.consensus.chamber import ELECTORS, Chamber, a_proposal

APPROVE, REJECT = VoteChoice.APPROVE, VoteChoice.REJECT


def a_chamber_after_a_vote() -> Chamber:
    chamber = Chamber(size=4)
    chamber.open()
    chamber.vote(0, APPROVE)
    chamber.vote(1, APPROVE)
    chamber.vote(1, REJECT)
    chamber.proposal = a_proposal(ELECTORS[:1], "proposal-2")
    chamber.open()
    chamber.vote(0, APPROVE)
    return chamber


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[AsyncClient]:
    store_uri, bus_uri = (f"sqlite:///{tmp_path}/{name}.db" for name in ("store", "bus"))
    settings = Settings(store=store_uri, bus=bus_uri)
    ports = open_ports(settings)
    await ports.store.start()
    loaded = await ports.store.claim("consensus", 0)
    records = tuple(
        StoredRecord(*name, record.parent, record.rank, record.model_dump_json().encode())
        for name, record in a_chamber_after_a_vote().stored.items()
    )
    await ports.store.commit(loaded.claim, Commit(records=records))
    app = create_app([], [build(settings, ports, "run-1").router], "consensus")
    app.state.is_started = True
    async with AsyncClient(transport=ASGITransport(app), base_url="http://consensus") as http:
        yield http
    await ports.store.stop()


async def test_proposals_are_listed_page_by_page(client: AsyncClient) -> None:
    first = (await client.get("/v1/proposals", params={"page_size": 1})).json()
    token = first["next_page_token"]
    rest = (await client.get("/v1/proposals", params={"page_token": token})).json()
    listed = [each["proposal_id"] for each in (*first["proposals"], *rest["proposals"])]
    assert sorted(listed) == ["proposal-1", "proposal-2"]
    assert rest["next_page_token"] == ""


async def test_proposals_of_another_pipeline_are_not_listed(client: AsyncClient) -> None:
    answer = await client.get("/v1/proposals", params={"pipeline_id": "pipeline-9"})
    assert answer.json() == {"proposals": [], "next_page_token": ""}


async def test_an_open_proposal_shows_its_votes_and_tally(client: AsyncClient) -> None:
    shown = (await client.get("/v1/proposals/proposal-1")).json()
    assert (shown["state"], shown["reason"]) == ("open", "")
    assert [(vote["voter_id"], vote["counts"]) for vote in shown["votes"]] == [
        ("agent-00", True),
        ("agent-01", False),
        ("agent-01", False),
    ]
    assert shown["tally"]["approvals"] == 1
    assert shown["tally"]["approvals_min"] == 3
    assert shown["tally"]["outstanding"] == 2
    assert len(shown["electorate"]) == 4


async def test_a_concluded_proposal_says_why_it_ended_as_it_did(client: AsyncClient) -> None:
    shown = (await client.get("/v1/proposals/proposal-2")).json()
    assert shown["state"] == "accepted"
    assert shown["reason"] == "1 of 1 electors approved, 1 are needed"


async def test_an_unknown_proposal_is_a_problem_with_a_remedy(client: AsyncClient) -> None:
    answer = await client.get("/v1/proposals/proposal-9")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "proposal_unknown"
    assert answer.json()["remedy"] == "list the proposals with GET /v1/proposals"
