"""A question to people, from the proposal to the proof: hub and consensus over one real bus."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

import consensus.settings
import consensus.wiring
import hub.settings
import hub.wiring
from argosy.failures import ExitCode
from shared.engine.service import running
from tests.support.fleet import READY_SECONDS_MAX, is_ready, until
from tests.unit.cli.test_command import run

QUESTION = {
    "subject": "Keep the fares of 2013?",
    "about": {"kind": "question"},
    "proposer": "ana",
    "approval_roles": ["steward", "owner"],
}
KEY = {"Idempotency-Key": "fares-2013"}


@asynccontextmanager
async def cluster_at(tmp_path: Path, bus: str = "") -> AsyncGenerator[httpx.AsyncClient]:
    """Run hub and consensus for as long as the context lasts; on a file, or on another bus."""
    files = {name: f"sqlite:///{tmp_path}/{name}.db" for name in ("bus", "store")}
    shared = {**files, "bus": bus or files["bus"]}
    settings = consensus.settings.Settings.model_validate(
        {**shared, "consensus_key_file": str(tmp_path / "consensus.key")}
    )
    ports = consensus.wiring.open_ports(settings)
    services = (
        hub.wiring.build(hub.settings.Settings.model_validate(shared), ports, "run-1"),
        consensus.wiring.build(settings, ports, "run-1"),
    )
    resources = (ports.bus, ports.store)
    async with (
        running(services, host="127.0.0.1", port=0, resources=resources) as process,
        httpx.AsyncClient(base_url=process.address, timeout=10) as client,
    ):
        ready = partial(is_ready, process.address)
        await asyncio.to_thread(until, ready, READY_SECONDS_MAX)
        yield client


@pytest.fixture
async def http(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with cluster_at(tmp_path) as client:
        yield client


async def asked(http: httpx.AsyncClient) -> str:
    answer = await http.post("/v1/proposals", json=QUESTION, headers=KEY)
    assert answer.status_code == 202
    proposal_id: str = answer.json()["proposal_id"]
    assert answer.headers["Location"] == f"/v1/proposals/{proposal_id}"
    return proposal_id


async def vote(
    http: httpx.AsyncClient, proposal_id: str, role: str, choice: str = "approve", **other: str
) -> httpx.Response:
    shown = (await http.get(f"/v1/proposals/{proposal_id}")).json()
    said = {
        "role": role,
        "person": "mara",
        "choice": choice,
        "reason": "they were checked",
        "artifact_hash": shown["artifact"]["content_hash"],
        **other,
    }
    return await http.post(f"/v1/proposals/{proposal_id}/votes", json=said)


async def test_asking_the_same_again_is_one_proposal(http: httpx.AsyncClient) -> None:
    proposal_id = await asked(http)
    again = await http.post("/v1/proposals", json=QUESTION, headers=KEY)
    assert (again.status_code, again.json()["proposal_id"]) == (200, proposal_id)
    other = {**QUESTION, "subject": "Drop the fares of 2013?"}
    reused = await http.post("/v1/proposals", json=other, headers=KEY)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    nobody = {**QUESTION, "approval_roles": []}
    refused = await http.post("/v1/proposals", json=nobody)
    assert "name approval_roles" in refused.json()["detail"]


async def test_roles_approve_and_what_waits_for_them_is_listed(http: httpx.AsyncClient) -> None:
    proposal_id = await asked(http)
    pending = (await http.get("/v1/approvals")).json()["approvals"]
    assert [each["role"] for each in pending] == ["owner", "steward"]
    first = await vote(http, proposal_id, "steward")
    assert (first.status_code, first.json()["state"]) == (202, "awaiting_approval")
    again = await vote(http, proposal_id, "steward")
    assert again.status_code == 200
    last = await vote(http, proposal_id, "owner", person="nils")
    assert last.json()["state"] == "accepted"
    assert (await http.get("/v1/approvals")).json()["approvals"] == []
    tally = (await http.get(f"/v1/proposals/{proposal_id}/tally")).json()
    assert [(each["voter_id"], each["person"]) for each in tally["votes"]] == [
        ("role:steward", "mara"),
        ("role:owner", "nils"),
    ]
    assert tally["recomputed"] == {"outcome": "accepted", "agrees": True}


async def test_votes_that_cannot_count_are_refused_with_the_reason(
    http: httpx.AsyncClient,
) -> None:
    proposal_id = await asked(http)
    stranger = await vote(http, proposal_id, "tourist")
    assert (stranger.status_code, stranger.json()["code"]) == (409, "role_not_asked")
    assert "owner, steward" in stranger.json()["remedy"]
    stale = await vote(http, proposal_id, "steward", artifact_hash="something else")
    assert (stale.status_code, stale.json()["code"]) == (409, "artifact_changed")
    ended = await vote(http, proposal_id, "steward", "reject")
    assert ended.json()["state"] == "rejected"
    late = await vote(http, proposal_id, "owner")
    assert (late.status_code, late.json()["code"]) == (409, "proposal_closed")
    nowhere = await http.post("/v1/proposals/nobody/votes", json={})
    assert nowhere.status_code == 422


async def test_a_result_is_proven_by_the_log_of_the_running_bus(
    http: httpx.AsyncClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proposal_id = await asked(http)
    await vote(http, proposal_id, "steward")
    await vote(http, proposal_id, "owner")
    bus = ("--bus", f"sqlite:///{tmp_path}/bus.db")
    code = await asyncio.to_thread(run, "proposal", "verify", proposal_id, *bus, "--json")
    assert code == ExitCode.OK
    proof = json.loads(capsys.readouterr().out)
    assert proof["recorded"] == proof["recomputed"]
    assert proof["recorded"]["outcome"] == "accepted"


async def test_a_result_is_proven_when_everything_has_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with cluster_at(tmp_path) as http:
        proposal_id = await asked(http)
        await vote(http, proposal_id, "steward", "reject")
    words = ("proposal", "verify", proposal_id, "--bus", f"sqlite:///{tmp_path}/bus.db")
    imagined = ("--what-if", "steward=approve", "--what-if", "owner=approve", "--json")
    assert await asyncio.to_thread(run, *words, *imagined) == ExitCode.OK
    proof = json.loads(capsys.readouterr().out)
    assert proof["recorded"]["outcome"] == proof["recomputed"]["outcome"] == "rejected"
    assert proof["what_if"]["outcome"]["outcome"] == "accepted"


async def test_a_result_is_proven_by_the_log_of_kafka(
    kafka_bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with cluster_at(tmp_path, kafka_bus) as http:
        proposal_id = await asked(http)
        await vote(http, proposal_id, "steward")
        await vote(http, proposal_id, "owner")
    words = ("proposal", "verify", proposal_id, "--bus", kafka_bus, "--json")
    assert await asyncio.to_thread(run, *words) == ExitCode.OK
    proof = json.loads(capsys.readouterr().out)
    assert proof["recorded"] == proof["recomputed"]
    assert proof["recorded"]["outcome"] == "accepted"


async def test_what_the_command_says_is_what_the_services_do(
    http: httpx.AsyncClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proposed, listed, voted, tallied and exported by the command; refused once tampered with."""
    place = ("--consensus-url", str(http.base_url).rstrip("/"))

    async def command(*words: str) -> str:
        assert await asyncio.to_thread(run, "proposal", *words) == ExitCode.OK
        return capsys.readouterr().out

    proposal_id = (await command("propose", "Keep it?", "--role", "steward", *place)).strip()
    assert "Keep it?" in await command("list", "--state", "awaiting_approval", *place)
    cast = ("--role", "steward", "--person", "mara", "--reason", "why not", *place)
    assert (await command("vote", proposal_id, "approve", *cast)).strip() == "accepted"
    assert "role:steward (mara)" in await command("show", proposal_id, *place)
    assert "the same" in await command("tally", proposal_id, *place)
    log = tmp_path / "vote.ndjson"
    bus = ("--bus", f"sqlite:///{tmp_path}/bus.db")
    await command("export", proposal_id, "--out", str(log), *bus)
    assert "proven" in await command("verify", proposal_id, "--log", str(log))
    log.write_text(log.read_text().replace('"choice":"approve"', '"choice":"abstain"', 1))
    words = ("proposal", "verify", proposal_id, "--log", str(log))
    assert await asyncio.to_thread(run, *words) == ExitCode.NOT_PROVEN
