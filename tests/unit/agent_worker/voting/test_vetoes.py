"""A counterexample that one elector finds, another one confirms; a made-up one nobody does."""

import re

import pytest

from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.voting.contradictions import Redaction
from shared.contracts.vocabulary import Artifact, Parameters
from shared.contracts.voting import SchemaProposal, VoteChoice
from shared.contracts.witnesses import Verdict, Witness
from tests.unit.agent_worker.migrations import accepted, table_of
from tests.unit.agent_worker.recipes import store
from tests.unit.agent_worker.voting.seats import AGENTS, electorate
from tests.unit.agent_worker.workbench import Workbench, proposal_on

ROWS = [f"{number},{number % 50},name {number}" for number in range(2000)]


def uris(bench: Workbench) -> list[str]:
    return [path.as_uri() for path in sorted(bench.sources.iterdir())]


def files_of(bench: Workbench) -> list[str]:
    """The data files of table t."""
    found = sorted((bench.store / "tables" / "t").rglob("*.parquet"))
    return [path.as_uri() for path in found]


@pytest.fixture
def incomplete(bench: Workbench) -> SchemaProposal:
    """A schema that has no place for a column."""
    bench.write("a.csv", "id,share,name", *ROWS)
    _, proposed = bench.propose()
    contract = store(bench, proposed.model_copy(update={"columns": proposed.columns[1:]}))
    return proposal_on(contract, uris(bench), electorate=electorate())


def test_a_column_without_a_place_is_a_veto_that_others_confirm(
    bench: Workbench, incomplete: SchemaProposal
) -> None:
    vote = bench.judge(incomplete, "agent-a")
    assert vote.choice is VoteChoice.REJECT
    assert [(each.row, each.column) for each in vote.witnesses] == [(0, "id")]
    for other in AGENTS[1:]:
        assert bench.look_again(incomplete, vote.witnesses, other).verdict is Verdict.CONFIRMED


def test_a_made_up_witness_is_refuted(bench: Workbench, incomplete: SchemaProposal) -> None:
    place = (incomplete.partitions[0], 0, "size")
    false = Witness.of(place, rule="has no place", value_hash="0" * 64)
    assert bench.look_again(incomplete, [false]).verdict is Verdict.REFUTED


def test_a_file_that_is_gone_is_unreadable(bench: Workbench, incomplete: SchemaProposal) -> None:
    vote = bench.judge(incomplete)
    (bench.sources / "a.csv").unlink()
    assert bench.look_again(incomplete, vote.witnesses).verdict is Verdict.UNREADABLE


def test_dirt_is_no_veto(bench: Workbench) -> None:
    dirty = [f"{each},{'?' if each % 10 == 0 else each},n/a" for each in range(2000)]
    bench.write("a.csv", "id,share,name", *ROWS)
    contract, _ = bench.propose()
    (bench.sources / "a.csv").unlink()
    bench.write("b.csv", "id,share,name", *dirty)
    vote = bench.vote_on(contract, uris(bench))
    assert vote.choice is VoteChoice.REJECT
    assert "`share`" in vote.reason
    assert vote.witnesses == ()


LOSSY: Parameters = {"kind": "retype", "column": "share", "data_type": "BIGINT"}


def understated(bench: Workbench, **claims: object) -> tuple[Artifact, TableContract]:
    """A migration that loses more values than it says."""
    _, contract = accepted(bench, table_of(bench), LOSSY, rows_lost_max=1000)
    assert contract.migration is not None
    migration = contract.migration.model_copy(update=claims)
    changed = contract.model_copy(update={"migration": migration})
    return store(bench, changed), changed


def test_a_value_that_a_migration_loses_unsaid_is_a_veto(bench: Workbench) -> None:
    artifact, _ = understated(bench, rows_lost=0)
    proposal = proposal_on(artifact, files_of(bench))
    vote = bench.judge(proposal)
    assert vote.choice is VoteChoice.REJECT
    assert {each.column for each in vote.witnesses} == {"share"}
    assert bench.look_again(proposal, vote.witnesses[:1]).verdict is Verdict.CONFIRMED
    kept = vote.witnesses[0].model_copy(update={"row": 4})
    assert bench.look_again(proposal, [kept]).verdict is Verdict.REFUTED


def test_fewer_witnesses_than_the_losses_that_are_admitted_prove_nothing(bench: Workbench) -> None:
    artifact, _ = understated(bench, rows_lost=3)
    proposal = proposal_on(artifact, files_of(bench))
    vote = bench.judge(proposal)
    assert len(vote.witnesses) == 5
    assert bench.look_again(proposal, vote.witnesses).verdict is Verdict.CONFIRMED
    assert bench.look_again(proposal, vote.witnesses[:3]).verdict is Verdict.REFUTED


def test_losses_that_are_many_and_understated_are_a_judgement(bench: Workbench) -> None:
    artifact, _ = understated(bench, rows_lost=20)
    vote = bench.vote_on(artifact, files_of(bench))
    assert vote.choice is VoteChoice.REJECT
    assert "more than the 20" in vote.reason
    assert vote.witnesses == ()


def test_what_the_log_settles_is_told(bench: Workbench) -> None:
    snapshot = table_of(bench)
    change: Parameters = {"kind": "nullability", "column": "id", "nullable": False}
    artifact, _ = accepted(bench, snapshot, change)
    vote = bench.vote_on(artifact, files_of(bench))
    assert vote.choice is VoteChoice.APPROVE
    assert "`id`: none of 201 values is missing" in vote.reason


@pytest.mark.parametrize("redaction", [Redaction.MASKED, Redaction.HASHED])
def test_evidence_hides_what_it_must(bench: Workbench, redaction: Redaction) -> None:
    artifact, _ = understated(bench, rows_lost=0)
    bench.workshop.redaction = redaction
    vote = bench.vote_on(artifact, files_of(bench))
    form = {Redaction.MASKED: r"9+\.9+", Redaction.HASHED: "sha256:[0-9a-f]+"}[redaction]
    assert all(re.fullmatch(form, each.shown) for each in vote.witnesses)
    examples = [each for one in vote.evidence for each in one.examples]
    assert all(re.fullmatch(f"share: {form}", each) for each in examples)
