"""Votes from the command line: what it asks the services, and how it shows what they answer."""

import pytest

from argosy.failures import ExitCode
from tests.unit.cli.services import Answers, Body, answering, problem
from tests.unit.cli.test_command import run

FIGURES: Body = {
    "total": 3, "approved": 1, "rejected": 1, "abstained": 0, "void": 0, "outstanding": 1,
    "participation": 2, "participation_min": 2,
}  # fmt: skip
WITNESS: Body = {
    "witness_id": "w", "partition": "file:///part-1.csv", "row": 17, "column": "fare",
    "rule": "is no DOUBLE", "value_hash": "0" * 64, "shown": "n/a",
}  # fmt: skip
VETO: Body = {
    "claimant_id": "agent-2", "state": "open", "witness": WITNESS,
    "confirmed_by": [], "refuted_by": ["agent-3"], "unreadable_by": [],
}  # fmt: skip
VOTE: Body = {
    "voter_id": "agent-2", "person": "", "choice": "reject", "confidence": 0.9, "weight": 1,
    "reason": "1 of 300 does not fit", "position": 7, "signature": "s", "counts": True,
    "evidence": [
        {"partition": "part-1.csv", "rows_checked": 300, "violations": 1, "examples": ["n/a"]}
    ],
    "why_not": "",
}  # fmt: skip
PROPOSAL: Body = {
    "proposal_id": "proposal-1", "pipeline_id": "pipeline-1", "subject": "change of trips",
    "state": "awaiting_approval", "proposal_kind": "drift", "compatibility": "breaking",
    "opened_at": "2026-01-01T00:00:00Z", "deadline": "2026-01-01T00:00:30Z",
    "approval_deadline": "2026-01-02T00:00:30Z", "proposer_id": "agent-1", "rule": "majority",
    "artifact": {
        "name": "c", "uri": "file:///c", "task_id": "t", "attempt": 1, "content_hash": "c0"
    },
    "changes": [
        {"kind": "retype", "column": "fare", "before": "DOUBLE", "after": "VARCHAR",
         "rows_lost": 0, "rows": 900},
    ],
    "votes": [VOTE], "vetoes": [VETO], "roles_outstanding": ["steward"],
    "tally": {"rule_in_words": "most approve", "approvals_needed": 2, "figures": FIGURES},
    "reason": "",
}  # fmt: skip
TALLY: Body = {
    **PROPOSAL,
    "refusals": [{"voter_id": "stranger", "said": "approve", "reason": "not_a_member"}],
    "late": 0, "foreign": 1, "decided_at_position": None, "conclusion": None,
    "recomputed": {"outcome": None, "agrees": True},
}  # fmt: skip
CAST = ("--role", "steward", "--person", "ana", "--reason", "checked")


def test_a_question_is_put_to_people_and_prints_its_id_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering({"POST /v1/proposals": (202, {"proposal_id": "proposal-1"})}) as fleet:
        words = ("proposal", "propose", "Keep it?", "--role", "steward", "--proposer", "ana")
        assert run(*words, "--idempotency-key", "k", "--consensus-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == "proposal-1\n"
    assert fleet.bodies == [
        {
            "subject": "Keep it?",
            "about": {"kind": "question"},
            "proposer": "ana",
            "rule": "majority",
            "weights": "equal",
            "approval_roles": ["steward"],
            "timeout_seconds": None,
            "approval_timeout_seconds": None,
        }
    ]
    assert fleet.headers[0]["idempotency-key"] == "k"


def test_a_contract_is_proposed_whole_or_not_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    contract = ("--contract", "file:///c", "--hash", "ab" * 32)
    with answering({"POST /v1/proposals": (202, {"proposal_id": "proposal-1"})}) as fleet:
        words = ("proposal", "propose", "contract of trips", "--consensus-url", fleet.url)
        assert run(*words, *contract) == ExitCode.USAGE
        assert fleet.bodies == []
        assert run(*words, *contract, "--partition", "file:///p") == ExitCode.OK
    assert "--partition" in capsys.readouterr().err
    (body,) = fleet.bodies
    assert isinstance(body, dict)
    assert body["about"] == {
        "kind": "contract",
        "uri": "file:///c",
        "content_hash": "ab" * 32,
        "partitions": ["file:///p"],
    }


def test_proposals_are_listed_as_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    page: Body = {"proposals": [PROPOSAL], "next_page_token": "more"}
    with answering({"GET /v1/proposals": (200, page)}) as fleet:
        words = ("proposal", "list", "--state", "open", "--pipeline", "pipeline-1")
        assert run(*words, "--consensus-url", fleet.url) == ExitCode.OK
    assert fleet.paths == ["/v1/proposals?state=open&pipeline_id=pipeline-1"]
    shown = capsys.readouterr()
    assert "change of trips" in shown.out
    assert "--page-token more" in shown.err


@pytest.mark.parametrize("verb", ["show", "tally"])
def test_a_proposal_shows_votes_with_evidence_and_vetoes_with_rows(
    capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    answers: Answers = {
        "GET /v1/proposals/proposal-1": (200, PROPOSAL),
        "GET /v1/proposals/proposal-1/tally": (200, TALLY),
    }
    with answering(answers) as fleet:
        assert run("proposal", verb, "proposal-1", "--consensus-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "300 rows of part-1.csv: 1 against it, such as n/a" in shown
    assert "veto of agent-2 (open): row 17 of file:///part-1.csv" in shown
    assert "most approve" in shown
    assert ("retype fare DOUBLE → VARCHAR" in shown) is (verb == "show")
    assert ("not_a_member" in shown) is (verb == "tally")


def test_a_vote_is_bound_to_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    accepted = {
        "proposal_id": "proposal-1",
        "voter_id": "role:steward",
        "choice": "approve",
        "state": "accepted",
    }
    answers: Answers = {
        "GET /v1/proposals/proposal-1": (200, PROPOSAL),
        "POST /v1/proposals/proposal-1/votes": (202, accepted),
    }
    with answering(answers) as fleet:
        words = ("proposal", "vote", "proposal-1", "approve", *CAST, "--consensus-url", fleet.url)
        assert run(*words) == ExitCode.OK
    assert capsys.readouterr().out == "accepted\n"
    assert fleet.bodies[1] == {
        "role": "steward",
        "person": "ana",
        "choice": "approve",
        "reason": "checked",
        "artifact_hash": "c0",
    }


def test_a_refused_vote_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        "POST /v1/proposals/proposal-1/votes": (409, problem("closed", "it is decided"))
    }
    with answering(answers) as fleet:
        words = ("proposal", "vote", "proposal-1", "reject", *CAST, "--artifact-hash", "c0")
        assert run(*words, "--consensus-url", fleet.url) == ExitCode.REFUSED
    assert "it is decided" in capsys.readouterr().err


def test_an_agent_shows_what_its_votes_were_worth(capsys: pytest.CaptureFixture[str]) -> None:
    agent: Body = {
        "agent_id": "agent-1", "state": "active", "slot": 0, "epoch": 1, "streams_max": 2,
        "capabilities": ["validate_proposal"], "running": [],
        "reputation": {"votes": 9, "agreed": 5, "disagreed": 1, "weight": 75},
    }  # fmt: skip
    answers: Answers = {
        "GET /v1/agents": (200, {"agents": [agent]}),
        "GET /v1/agents/agent-1": (200, agent),
    }
    with answering(answers) as fleet:
        for words in (("agent", "list"), ("agent", "show", "agent-1")):
            assert run(*words, "--hub-url", fleet.url) == ExitCode.OK
            assert "9: 5 true, 1 false, weight 75" in capsys.readouterr().out
