"""How electors judge a proposed schema, each by a sample of its own."""

import pytest

from agent_worker.domain.data_types import DataType
from shared.contracts.voting import VoteChoice
from tests.unit.agent_worker.recipes import store
from tests.unit.agent_worker.workbench import Workbench

ROWS = [f"{number},{number % 50},name {number}" for number in range(2000)]


@pytest.fixture(autouse=True)
def _rows(bench: Workbench) -> None:
    bench.write("a.csv", "id,share,name", *ROWS)


def test_a_schema_that_reads_the_sample_is_approved(bench: Workbench) -> None:
    contract, _ = bench.propose()
    vote = bench.vote(contract)
    assert vote.choice is VoteChoice.APPROVE
    assert vote.confidence > 0.99
    assert vote.evidence[0].violations == 0


def test_a_wrong_type_is_rejected_with_examples(bench: Workbench) -> None:
    _, proposed = bench.propose()
    columns = [
        column.model_copy(update={"data_type": DataType.BIGINT} if column.name == "name" else {})
        for column in proposed.columns
    ]
    vote = bench.vote(store(bench, proposed.model_copy(update={"columns": tuple(columns)})))
    assert vote.choice is VoteChoice.REJECT
    assert "`name`" in vote.reason
    assert vote.evidence[0].examples[0].startswith("name: name ")


def test_a_schema_without_a_column_that_is_there_is_rejected(bench: Workbench) -> None:
    _, proposed = bench.propose()
    vote = bench.vote(store(bench, proposed.model_copy(update={"columns": proposed.columns[1:]})))
    assert vote.choice is VoteChoice.REJECT
    assert "`id`" in vote.reason


def test_a_contract_that_is_not_what_was_proposed_gets_no_vote(bench: Workbench) -> None:
    contract, _ = bench.propose()
    vote = bench.vote(contract.model_copy(update={"content_hash": "0" * 64}))
    assert vote.choice is VoteChoice.ABSTAIN
    assert "SHA-256" in vote.reason


def test_a_voter_asked_again_says_the_same_and_another_looks_elsewhere(bench: Workbench) -> None:
    bench.write("b.csv", "id,share,name", *ROWS, "x,y,z")
    contract, _ = bench.propose()
    assert bench.vote(contract, "first") == bench.vote(contract, "first")
    assert bench.vote(contract, "first").evidence != bench.vote(contract, "other").evidence


def test_a_header_without_rows_is_a_table_that_nobody_objects_to(bench: Workbench) -> None:
    (path,) = bench.sources.iterdir()
    path.write_text("id,name\n")
    contract, proposed = bench.propose()
    assert [column.name for column in proposed.columns] == ["id", "name"]
    assert bench.vote(contract).choice is VoteChoice.APPROVE
