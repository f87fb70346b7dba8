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
    """Return one with an open proposal, an accepted one, and one that awaits a steward."""
    chamber = Chamber(size=4)
    chamber.open()
    chamber.vote(0, APPROVE)
    chamber.vote(1, APPROVE)
    chamber.vote(1, REJECT)
    chamber.vote(7, APPROVE)
    chamber.proposal = a_proposal(ELECTORS[:1], "proposal-2")
    chamber.open()
    chamber.vote(0, APPROVE)
    asked = a_proposal(ELECTORS[:1], "proposal-3")
    chamber.proposal = asked.model_copy(update={"approval_roles": ("steward",)})
    chamber.open()
    chamber.vote(0, APPROVE)
    return chamber


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[AsyncClient]:
    store_uri, bus_uri = (f"sqlite:///{tmp_path}/{name}.db" for name in ("store", "bus"))
    key_file = str(tmp_path / "consensus.key")
    settings = Settings(store=store_uri, bus=bus_uri, consensus_key_file=key_file)
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
    assert sorted(listed) == ["proposal-1", "proposal-2", "proposal-3"]
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
    assert "voted twice differently" in shown["votes"][1]["why_not"]
    assert shown["tally"]["approvals_needed"] == 3
    figures = shown["tally"]["figures"]
    assert (figures["approved"], figures["void"], figures["outstanding"]) == (1, 1, 2)
    assert len(shown["electorate"]) == 4


async def test_a_concluded_proposal_says_why_it_ended_as_it_did(client: AsyncClient) -> None:
    shown = (await client.get("/v1/proposals/proposal-2")).json()
    assert shown["state"] == "accepted"
    assert shown["reason"] == "1 of 1 electors approved, 1 are needed"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("open", {"proposal-1", "proposal-3"}),
        ("awaiting_approval", {"proposal-3"}),
        ("concluded", {"proposal-2"}),
        ("accepted", {"proposal-2"}),
        ("cancelled", set[str]()),
    ],
)
async def test_proposals_are_listed_by_state(
    client: AsyncClient, state: str, expected: set[str]
) -> None:
    query = {"state": state, "page_size": "1"}
    found: set[str] = set()
    while query.get("page_token") != "":
        page = (await client.get("/v1/proposals", params=query)).json()
        found |= {each["proposal_id"] for each in page["proposals"]}
        query["page_token"] = page["next_page_token"]
    assert found == expected


async def test_the_tally_shows_all_that_the_result_follows_from(client: AsyncClient) -> None:
    shown = (await client.get("/v1/proposals/proposal-2/tally")).json()
    assert shown["tally"]["rule_in_words"].startswith("more than half of the agents' weight")
    (vote,) = shown["votes"]
    assert (vote["position"], vote["counts"], vote["weight"]) == (6, True, 1)
    assert vote["signature"]
    assert shown["opened_at_position"] == 5
    assert shown["decided_at_position"] == 6
    assert shown["conclusion"]["outcome"] == "accepted"
    assert shown["recomputed"] == {"outcome": "accepted", "agrees": True}


async def test_the_tally_shows_what_does_not_count_with_the_reason(client: AsyncClient) -> None:
    shown = (await client.get("/v1/proposals/proposal-1/tally")).json()
    assert (shown["late"], shown["foreign"]) == (0, 1)
    (refusal,) = shown["refusals"]
    assert (refusal["voter_id"], refusal["reason"]) == ("agent-07", "not_a_member")
    assert shown["recomputed"] == {"outcome": None, "agrees": True}


async def test_what_waits_for_people_is_listed_by_role(client: AsyncClient) -> None:
    listed = (await client.get("/v1/approvals", params={"status": "pending"})).json()
    (approval,) = listed["approvals"]
    assert (approval["proposal_id"], approval["role"]) == ("proposal-3", "steward")
    assert approval["state"] == "awaiting_approval"
    assert approval["artifact_hash"] == "c0"
    assert approval["agents_in_words"] == "The agents have accepted it: 1 of 1 approve, 0 reject."
    assert approval["until"] > approval["opened_at"]


async def test_an_unknown_proposal_is_a_problem_with_a_remedy(client: AsyncClient) -> None:
    answer = await client.get("/v1/proposals/proposal-9")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "proposal_unknown"
    assert answer.json()["remedy"] == "list the proposals with GET /v1/proposals"


@pytest.mark.parametrize(("origin", "allowed"), [("http://hub:8080", True), ("http://x", False)])
async def test_only_the_page_may_call_from_a_browser(
    tmp_path: Path, origin: str, *, allowed: bool
) -> None:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/store.db",
        bus=f"sqlite:///{tmp_path}/bus.db",
        consensus_key_file=str(tmp_path / "consensus.key"),
        page_origins="http://localhost:8080, http://hub:8080",
    )
    service = build(settings, open_ports(settings), "run-1")
    app = create_app([], [service.router], "consensus", origins=service.origins)
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://consensus") as http:
        preflight = await http.options("/v1/proposals/proposal-1/votes", headers=asked)
    assert ("access-control-allow-origin" in preflight.headers) is allowed


def test_an_origin_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is no origin"):
        Settings(page_origins="*")
