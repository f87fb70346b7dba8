"""How electors judge a contract that somebody declares of some files, and what is no contract."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from agent_worker.domain.voting.contradictions import Redaction
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import SchemaProposal, VoteChoice
from shared.contracts.witnesses import Verdict
from tests.unit.agent_worker.voting.seats import AGENTS, electorate
from tests.unit.agent_worker.workbench import Workbench, proposal_on

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: parcels
version: 1.0.0
status: active
schema:
  - name: parcels
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
      - name: weight
        logicalType: number
        required: true
        logicalTypeOptions: {minimum: 0}
      - name: city
        logicalType: string
        quality:
          - metric: invalidValues
            arguments: {validValues: [Ulm, Bonn]}
            mustBeLessOrEqualTo: 1
            unit: percent
"""
ROWS = [f"{number},{number / 4},{'Ulm' if number % 2 else 'Bonn'}" for number in range(1500)]


def stored(bench: Workbench, text: str) -> Artifact:
    """Put a contract into the object store."""
    store = bench.workshop.store
    staged = store.stage("work/contract.yaml")
    staged.write_text(text, encoding="utf-8")
    uri = store.put("work/contract.yaml", staged)
    content_hash = sha256(text.encode()).hexdigest()
    return Artifact(name="c", uri=uri, task_id="", attempt=1, content_hash=content_hash)


def declared(bench: Workbench, rows: Sequence[str], text: str = CONTRACT) -> SchemaProposal:
    """Put to the vote that a file is as a contract says."""
    path = bench.write("parcels.csv", "id,weight,city", *rows)
    partitions = [path.as_uri()]
    electors = electorate()
    kind = {"proposal_kind": "contract", "electorate": electors}
    return proposal_on(stored(bench, text), partitions, **kind)


def with_row(place: int, row: str) -> list[str]:
    return [*ROWS[:place], row, *ROWS[place + 1 :]]


def test_a_contract_that_the_files_keep_is_approved(bench: Workbench) -> None:
    vote = bench.judge(declared(bench, ROWS), "agent-a")
    assert vote.choice is VoteChoice.APPROVE
    assert "I searched 1500 rows for keys that occur twice" in vote.reason


@pytest.mark.parametrize(
    ("row", "column"),
    [("700,,Ulm", "weight"), ("700,-5,Ulm", "weight"), ("12,175.0,Ulm", "id")],
    ids=["missing", "below", "repeated"],
)
def test_one_row_that_breaks_what_tolerates_nothing_is_a_veto(
    bench: Workbench, row: str, column: str
) -> None:
    asked = declared(bench, with_row(700, row))
    votes = {each: bench.judge(asked, each) for each in AGENTS}
    found = {name: vote for name, vote in votes.items() if vote.witnesses}
    assert found
    for vote in found.values():
        assert {each.column for each in vote.witnesses} == {column}
        assert 701 in {each.row for each in vote.witnesses}
        assert bench.look_again(asked, vote.witnesses).verdict is Verdict.CONFIRMED


def test_a_row_that_is_right_is_no_witness(bench: Workbench) -> None:
    asked = declared(bench, with_row(700, "700,-5,Ulm"))
    votes = [bench.judge(asked, name) for name in AGENTS]
    vote = next(vote for vote in votes if vote.witnesses)
    moved = vote.witnesses[0].model_copy(update={"row": 800})
    assert bench.look_again(asked, [moved]).verdict is Verdict.REFUTED


def test_what_tolerates_a_share_is_judged_by_its_share(bench: Workbench) -> None:
    few = [row.replace("Ulm", "Ulmm") if at % 300 == 1 else row for at, row in enumerate(ROWS)]
    assert bench.judge(declared(bench, few), "agent-a").choice is VoteChoice.APPROVE
    many = [row.replace("Ulm", "Ulmm") if at % 10 == 1 else row for at, row in enumerate(ROWS)]
    vote = bench.judge(declared(bench, many), "agent-a")
    assert (vote.choice, vote.witnesses) == (VoteChoice.REJECT, ())
    assert "where 1.0% may" in vote.reason


def test_a_contract_that_cannot_be_kept_is_rejected(bench: Workbench) -> None:
    vote = bench.judge(declared(bench, ROWS, "apiVersion: v3.1.0\nkind: DataContract\n"))
    assert vote.choice is VoteChoice.REJECT
    assert "cannot be kept" in vote.reason


def test_a_contract_of_other_files_is_rejected(bench: Workbench) -> None:
    vote = bench.judge(declared(bench, ROWS, CONTRACT.replace("name: weight", "name: colour")))
    assert vote.choice is VoteChoice.REJECT
    assert "colour" in vote.reason


def test_reasons_hide_values_as_well(bench: Workbench) -> None:
    bench.workshop.redaction = Redaction.MASKED
    vote = bench.judge(declared(bench, [f"Ulm {row}" for row in ROWS]))
    assert vote.choice is VoteChoice.REJECT
    assert "such as" in vote.reason
    assert "Ulm" not in vote.reason


def test_a_question_gets_an_abstention_that_says_why(bench: Workbench) -> None:
    asked = proposal_on(stored(bench, "?"), [], proposal_kind="question")
    vote = bench.judge(asked)
    assert vote.choice is VoteChoice.ABSTAIN
    assert "people decide" in vote.reason


def test_an_artifact_that_is_no_contract_gets_an_abstention(bench: Workbench) -> None:
    vote = bench.judge(proposal_on(stored(bench, "[]"), []))
    assert vote.choice is VoteChoice.ABSTAIN
    assert "TableContract" in vote.reason
