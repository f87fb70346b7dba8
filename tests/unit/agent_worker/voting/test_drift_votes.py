"""How electors judge what new data would make of a table: by the new data and by the table's."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.domain.changes import Change, ChangeKind
from agent_worker.domain.data_types import DataType
from agent_worker.domain.drift import Drift, admitting, proposed_changes
from shared.contracts.voting import SchemaProposal, VoteChoice
from shared.contracts.witnesses import Verdict
from tests.unit.agent_worker.recipes import store
from tests.unit.agent_worker.voting.seats import AGENTS, electorate
from tests.unit.agent_worker.workbench import Workbench, proposal_on

HEADER = "id,plane,share"
ROWS = [f"{number},N{number % 40}A,{number % 90}" for number in range(400)]


@pytest.fixture(autouse=True)
def _table(bench: Workbench) -> None:
    """Table t, made of a.csv."""
    bench.write("a.csv", HEADER, *ROWS)
    contract, _ = bench.propose()
    assert bench.publish((*bench.clean(contract), contract)).failure is None


def proposal(
    bench: Workbench, new: Path, drift: Drift, *, with_table: bool = False
) -> SchemaProposal:
    """Put to the vote that the table admits a new file."""
    before = contract_of(bench.workshop.store, "t")
    after = admitting(before, [drift], 0)
    files = sorted((bench.store / "tables" / "t").rglob("*.parquet")) if with_table else []
    return proposal_on(
        store(bench, after),
        [new.as_uri(), *(path.as_uri() for path in files)],
        proposal_kind="drift",
        changes=proposed_changes(before, drift, rows=800, values_lost={}),
        electorate=electorate(),
    )


def renamed(bench: Workbench, planes: Iterable[str]) -> SchemaProposal:
    rows = (f"{400 + at},{plane},{at % 90}" for at, plane in enumerate(planes))
    new = bench.write("b.csv", "id,plane_code,share", *rows)
    return proposal(bench, new, Drift(renamed={"plane_code": "plane"}))


def test_a_rename_with_the_same_values_is_approved(bench: Workbench) -> None:
    vote = bench.judge(renamed(bench, (f"N{each % 40}A" for each in range(400))), "agent-a")
    assert vote.choice is VoteChoice.APPROVE
    assert "`plane_code` for `plane`: 100% of a sample of both columns' values" in vote.reason


def test_a_rename_with_other_values_is_a_veto_that_others_confirm(bench: Workbench) -> None:
    asked = renamed(bench, (f"{each * 7919}" for each in range(400)))
    vote = bench.judge(asked, "agent-a")
    assert vote.choice is VoteChoice.REJECT
    assert "which are not those of `plane`" in vote.reason
    verdicts = {bench.look_again(asked, vote.witnesses, other).verdict for other in AGENTS[1:]}
    assert verdicts == {Verdict.CONFIRMED}


WIDER = Drift(changes=(Change(kind=ChangeKind.WIDEN, column="share", data_type=DataType.DOUBLE),))


def test_a_wider_type_that_reads_the_new_values_is_approved(bench: Workbench) -> None:
    new = bench.write("b.csv", HEADER, *(f"{at},N{at % 40}A,{at}.5" for at in range(400)))
    vote = bench.judge(proposal(bench, new, WIDER, with_table=True), "agent-b")
    assert vote.choice is VoteChoice.APPROVE
    assert "The table's statistics settle `share`: all values lie between 0 and 89" in vote.reason


def test_a_value_that_the_wider_type_loses_unsaid_is_a_veto(bench: Workbench) -> None:
    rows = [f"{at},N{at % 40}A,{at}.5" for at in range(400)]
    rows[5], rows[6], rows[7] = "405,N5A,n/a", "406,N6A,", "407,N7A,twelve"
    asked = proposal(bench, bench.write("b.csv", HEADER, *rows), WIDER)
    vote = bench.judge(asked, "agent-a")
    assert [(each.row, each.shown) for each in vote.witnesses] == [(8, "twelve")]
    assert bench.look_again(asked, vote.witnesses, "agent-b").verdict is Verdict.CONFIRMED


def test_losses_that_were_said_are_no_veto(bench: Workbench) -> None:
    rows = [f"{at},N{at % 40}A,{at}.5" for at in range(400)]
    rows[7] = "407,N7A,twelve"
    said = WIDER.model_copy(update={"unreadable": {"share": 1}})
    vote = bench.judge(proposal(bench, bench.write("b.csv", HEADER, *rows), said), "agent-a")
    assert (vote.choice, vote.witnesses) == (VoteChoice.APPROVE, ())


def test_a_new_column_with_a_place_is_approved_and_one_without_is_not(bench: Workbench) -> None:
    added = Drift(
        changes=(
            Change(kind=ChangeKind.ADD, column="gate", data_type=DataType.VARCHAR, nullable=True),
        )
    )
    rows = [f"{at},N{at % 40}A,{at % 90},G{at % 5}" for at in range(400)]
    new = bench.write("b.csv", f"{HEADER},gate", *rows)
    assert bench.judge(proposal(bench, new, added)).choice is VoteChoice.APPROVE
    vote = bench.judge(proposal(bench, new, Drift()))
    assert [(each.row, each.column) for each in vote.witnesses] == [(0, "gate")]
