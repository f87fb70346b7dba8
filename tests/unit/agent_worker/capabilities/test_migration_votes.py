"""How electors judge a migration, each by rows of its own choice."""

from typing import cast

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import Artifact, Parameters
from shared.contracts.voting import VoteChoice
from tests.unit.agent_worker.migrations import accepted, table_of
from tests.unit.agent_worker.recipes import store
from tests.unit.agent_worker.workbench import Workbench


def vote(bench: Workbench, contract: Artifact, snapshot: Parameters) -> VoteOutcome:
    partitions = cast("list[dict[str, list[str]]]", snapshot["partitions"])
    return bench.vote_on(contract, [uri for each in partitions for uri in each["files"]])


def restate(bench: Workbench, contract: TableContract, **claims: object) -> Artifact:
    """Store a contract whose migration says something else."""
    assert contract.migration is not None
    migration = contract.migration.model_copy(update=claims)
    return store(bench, contract.model_copy(update={"migration": migration}))


def test_electors_approve_what_loses_nothing(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, {"kind": "drop", "column": "share"})
    outcome = vote(bench, contract, snapshot)
    assert outcome.choice is VoteChoice.APPROVE
    assert sum(each.rows_checked for each in outcome.evidence) > 100


LOSSY: Parameters = {"kind": "retype", "column": "share", "data_type": "BIGINT"}


def test_electors_reject_losses_that_nobody_allowed(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, LOSSY)
    outcome = vote(bench, contract, snapshot)
    assert outcome.choice is VoteChoice.REJECT
    assert "151 of 201 rows would lose a value" in outcome.reason
    assert outcome.evidence[0].examples[0].startswith("share: ")


def test_electors_approve_losses_that_are_allowed(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, LOSSY, rows_lost_max=151)
    assert vote(bench, contract, snapshot).choice is VoteChoice.APPROVE


def test_electors_do_not_believe_a_proposer_that_counts_wrongly(bench: Workbench) -> None:
    snapshot = table_of(bench)
    _, contract = accepted(bench, snapshot, LOSSY)
    outcome = vote(bench, restate(bench, contract, rows_lost=0), snapshot)
    assert outcome.choice is VoteChoice.REJECT
    assert "more than the 0" in outcome.reason


def test_electors_reject_a_contract_that_leaves_no_room_for_missing_values(
    bench: Workbench,
) -> None:
    snapshot = table_of(bench)
    _, contract = accepted(bench, snapshot, {"kind": "drop", "column": "share"})
    assert contract.migration is not None
    columns = tuple(
        each.model_copy(update={"nullable": False}) for each in contract.migration.columns
    )
    outcome = vote(bench, restate(bench, contract, columns=columns), snapshot)
    assert outcome.choice is VoteChoice.REJECT
    assert "allows no empty value" in outcome.reason


def test_electors_abstain_from_files_that_are_gone(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, LOSSY)
    outcome = bench.vote_on(contract, [f"{bench.store.as_uri()}/tables/t/gone.parquet"])
    assert outcome.choice is VoteChoice.ABSTAIN
