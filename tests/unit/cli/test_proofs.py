"""A result follows from the log alone: proven as it is, and explained as it might have been."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.counterfactuals import what_if
from argosy.failures import ExitCode
from argosy.proofs import differences, replay
from argosy.proposal_log import ProposalLog, read_export, write_export
from shared.contracts.voting import ProposalOutcome, VoteChoice
from shared.contracts.witnesses import Verdict
from tests.unit.cli.logged_vote import LoggedChamber
from tests.unit.cli.test_command import run

APPROVE, REJECT, ABSTAIN = VoteChoice.APPROVE, VoteChoice.REJECT, VoteChoice.ABSTAIN
ACCEPTED, REJECTED = ProposalOutcome.ACCEPTED, ProposalOutcome.REJECTED

said = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(VoteChoice), st.sampled_from([None, 0, 3])),
    max_size=10,
)


def a_vote(*choices: VoteChoice) -> LoggedChamber:
    chamber = LoggedChamber(len(choices))
    chamber.open()
    for voter, choice in enumerate(choices):
        chamber.vote(voter, choice)
    return chamber


def a_vote_with_a_steward(*choices: VoteChoice, steward: VoteChoice) -> LoggedChamber:
    chamber = LoggedChamber(len(choices))
    chamber.proposal = chamber.proposal.model_copy(update={"approval_roles": ("steward",)})
    chamber.open()
    for voter, choice in enumerate(choices):
        chamber.vote(voter, choice)
    chamber.speak_for("steward", steward)
    return chamber


def outcome_if(log: ProposalLog, changes: Mapping[str, VoteChoice | None]) -> ProposalOutcome:
    conclusion = what_if(log, changes).conclusion
    assert conclusion is not None
    return conclusion.outcome


@settings(max_examples=30)
@given(said=said, closes=st.booleans())
def test_every_log_leads_to_its_recorded_result(
    said: list[tuple[int, VoteChoice, int | None]], *, closes: bool
) -> None:
    """With contradictions, forged and late votes, decided early, at the close, or not at all."""
    chamber = LoggedChamber(4)
    chamber.open()
    for voter, choice, signer in said:
        chamber.vote(voter, choice, signer=signer)
    if closes:
        chamber.close()
    log = chamber.log()
    recomputed = replay(log).conclusion
    assert recomputed == log.recorded
    if log.recorded is not None:
        assert differences(log.recorded, recomputed) == ()


def test_a_role_is_proven_by_the_key_that_was_announced() -> None:
    log = a_vote_with_a_steward(APPROVE, APPROVE, steward=APPROVE).log()
    assert log.recorded is not None
    assert log.recorded.outcome is ACCEPTED
    assert differences(log.recorded, replay(log).conclusion) == ()


def test_what_an_elector_might_have_said_changes_the_result() -> None:
    log = a_vote(APPROVE, APPROVE, REJECT).log()
    assert outcome_if(log, {"agent-00": REJECT}) is REJECTED
    assert outcome_if(log, {"agent-02": APPROVE}) is ACCEPTED
    assert outcome_if(log, {"agent-00": ABSTAIN, "agent-01": ABSTAIN}) is REJECTED


def test_who_had_been_silent_is_waited_for_until_the_deadline() -> None:
    imagined = what_if(
        a_vote(APPROVE, APPROVE, APPROVE).log(), {"agent-00": None, "agent-01": None}
    )
    assert imagined.is_close_assumed
    assert imagined.conclusion is not None
    assert imagined.conclusion.outcome is ProposalOutcome.NO_QUORUM


def test_a_person_might_have_said_otherwise_too() -> None:
    log = a_vote_with_a_steward(APPROVE, APPROVE, steward=APPROVE).log()
    assert outcome_if(log, {"role:steward": REJECT}) is REJECTED
    assert outcome_if(log, {"role:steward": None}) is ProposalOutcome.TIMED_OUT


def test_a_confirmed_veto_outweighs_whatever_a_third_might_have_said() -> None:
    chamber = LoggedChamber(4)
    chamber.open()
    chamber.veto(0)
    chamber.vote(1, APPROVE)
    chamber.vote(2, APPROVE)
    chamber.judge(3, 0, Verdict.CONFIRMED)
    log = chamber.log()
    assert outcome_if(log, {"agent-01": ABSTAIN}) is REJECTED
    assert outcome_if(log, {"agent-00": APPROVE}) is not REJECTED


@settings(max_examples=20)
@given(choices=st.lists(st.sampled_from(VoteChoice), min_size=1, max_size=5))
def test_saying_the_same_again_changes_no_outcome(choices: list[VoteChoice]) -> None:
    chamber = a_vote(*choices)
    chamber.close()
    log = chamber.log()
    assert log.recorded is not None
    same = {f"agent-{number:02}": choice for number, choice in enumerate(choices)}
    assert outcome_if(log, same) is log.recorded.outcome


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    file = tmp_path / "vote.ndjson"
    write_export(a_vote_with_a_steward(APPROVE, APPROVE, steward=APPROVE).log(), file)
    return file


def verify(file: Path, *words: str) -> int:
    return run("proposal", "verify", "proposal-1", "--log", str(file), *words)


def test_an_export_is_what_was_exported(exported: Path, tmp_path: Path) -> None:
    log = read_export(exported, "proposal-1")
    write_export(log, tmp_path / "again.ndjson")
    assert (tmp_path / "again.ndjson").read_bytes() == exported.read_bytes()


def test_an_export_proves_its_result(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(exported, "--what-if", "agent-01=reject", "--what-if", "steward=absent") == 0
    shown = capsys.readouterr().out
    assert "proven" in shown
    assert "WHAT IF" in shown
    assert "nobody signed the changed votes" in shown


def test_a_proof_for_programs_has_both_results_side_by_side(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(exported, "--what-if", "agent-01=reject", "--json") == ExitCode.OK
    proof = json.loads(capsys.readouterr().out)
    assert proof["proven"] is True
    assert proof["recorded"] == proof["recomputed"]
    assert proof["what_if"]["outcome"]["outcome"] == "rejected"
    assert proof["what_if"]["changes"] == {"agent-01": "reject"}


@pytest.mark.parametrize(
    ("found", "planted", "told"),
    [
        ('"choice":"approve","confidence":0.9', '"choice":"reject","confidence":0.9', "bad_sig"),
        ('"person":"mara"', '"person":"nobody"', "bad_sig"),
        ('"outcome":"accepted"', '"outcome":"rejected"', "outcome: recorded is rejected"),
        ('"rule":"majority"', '"rule":"unanimous"', "outcome: recorded is accepted"),
    ],
)
def test_a_tampered_export_is_refused(
    exported: Path, capsys: pytest.CaptureFixture[str], found: str, planted: str, told: str
) -> None:
    text = exported.read_text()
    assert found in text
    exported.write_text(text.replace(found, planted, 1))
    assert verify(exported) == ExitCode.NOT_PROVEN
    shown = capsys.readouterr().out
    assert "NOT PROVEN" in shown
    assert told in shown


def test_an_export_without_one_of_its_votes_is_refused(exported: Path) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    exported.write_text("".join(lines[:2] + lines[3:]))
    assert verify(exported) == ExitCode.NOT_PROVEN


@pytest.mark.parametrize(
    ("planted", "told"),
    [("", "Invalid JSON"), ("{}\n", "proposal_id"), ("dear diary\n", "Invalid JSON")],
)
def test_what_is_no_export_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], planted: str, told: str
) -> None:
    file = tmp_path / "vote.ndjson"
    file.write_text(planted)
    assert verify(file) == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_messages_out_of_order_are_no_export(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    exported.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert verify(exported) == ExitCode.USAGE
    assert "out of order" in capsys.readouterr().err


@pytest.mark.parametrize("changed", ["stranger=reject", "agent-01=perhaps", "agent-01"])
def test_what_nobody_could_have_said_is_told(
    exported: Path, capsys: pytest.CaptureFixture[str], changed: str
) -> None:
    assert verify(exported, "--what-if", changed) == ExitCode.USAGE
    assert "--what-if" in capsys.readouterr().err
