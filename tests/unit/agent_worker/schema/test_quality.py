"""What the data-quality score promises (docs/quality.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.domain.cleaning import CellClass, ColumnTally, PartitionTally, Repair
from agent_worker.domain.quality import Dimension, merge_counts, quality_of

CLASSES = st.dictionaries(st.sampled_from(list(CellClass)), st.integers(0, 100))
REPAIRS = st.sets(st.sampled_from(list(Repair)))


@st.composite
def tallies(draw: st.DrawFn) -> PartitionTally:
    columns = [
        ColumnTally(
            column=f"c{at}",
            cells=draw(CLASSES),
            nearly_complete=draw(st.booleans()),
            renamed=draw(st.booleans()),
        )
        for at in range(draw(st.integers(1, 4)))
    ]
    return tally_of(*columns, lost=draw(st.integers(0, 50)), duplicates=draw(st.integers(0, 50)))


def tally_of(*columns: ColumnTally, lost: int = 0, duplicates: int = 0) -> PartitionTally:
    rows = max((sum(column.cells.values()) for column in columns), default=0)
    return PartitionTally(
        rows=rows + lost + duplicates,
        quarantined={"broken": lost} if lost else {},
        duplicates=duplicates,
        columns=columns,
    )


def test_only_right_and_expectedly_empty_cells_score_one() -> None:
    cells = {CellClass.RIGHT: 90, CellClass.ABSENT: 10}
    assert quality_of(tally_of(ColumnTally(column="c", cells=cells))).score == 1


@pytest.mark.parametrize("wrong", [known for known in CellClass if known > CellClass.ABSENT])
def test_any_wrong_cell_lowers_the_score(wrong: CellClass) -> None:
    cells = {CellClass.RIGHT: 99, wrong: 1}
    assert quality_of(tally_of(ColumnTally(column="c", cells=cells))).score == 1 - 0.01 / 4


def test_missing_counts_only_where_hardly_any_is_missing() -> None:
    cells = {CellClass.RIGHT: 99, CellClass.ABSENT: 1}
    complete = ColumnTally(column="c", cells=cells, nearly_complete=True)
    assert quality_of(tally_of(complete)).dimensions[Dimension.COMPLETENESS] == 0.99


def test_nothing_read_scores_nothing() -> None:
    assert quality_of(tally_of(ColumnTally(column="c", cells={}))).score == 0


@given(tally=tallies(), applied=REPAIRS, repair=st.sampled_from(list(Repair)))
def test_no_repair_lowers_the_score(
    tally: PartitionTally, applied: set[Repair], repair: Repair
) -> None:
    before, after = quality_of(tally, applied), quality_of(tally, {*applied, repair})
    assert after.score >= before.score - 1e-9


@given(tally=tallies(), applied=REPAIRS)
def test_emptying_what_is_unusable_gains_nothing(
    tally: PartitionTally, applied: set[Repair]
) -> None:
    without = quality_of(tally, applied - {Repair.EMPTY_UNUSABLE})
    emptied = quality_of(tally, applied | {Repair.EMPTY_UNUSABLE})
    assert emptied.score == pytest.approx(without.score)


@given(tally=tallies(), applied=REPAIRS, lost=st.integers(1, 100))
def test_rows_thrown_away_only_lower_the_score(
    tally: PartitionTally, applied: set[Repair], lost: int
) -> None:
    thinned = tally.model_copy(
        update={"rows": tally.rows + lost, "quarantined": {**tally.quarantined, "more": lost}}
    )
    assert quality_of(thinned, applied).score <= quality_of(tally, applied).score


@given(parts=st.lists(tallies(), min_size=1, max_size=4), applied=REPAIRS)
def test_scores_lie_between_nothing_and_one(
    parts: list[PartitionTally], applied: set[Repair]
) -> None:
    merged = merge_counts(quality_of(part, applied) for part in parts)
    assert 0 <= merged.score <= 1
    assert merged.cells == sum(part.rows * len(part.columns) for part in parts)
