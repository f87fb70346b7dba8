"""What the data-quality score promises (docs/quality.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.domain.cleaning import (
    CellClass,
    ColumnTally,
    FailingCells,
    PartitionTally,
    Repair,
)
from agent_worker.domain.dimensions import CELL_DIMENSIONS, Dimension
from agent_worker.domain.quality import (
    Freshness,
    QualityCounts,
    doubts_about,
    merge_counts,
    quality_of,
)

CLASSES = st.dictionaries(st.sampled_from(list(CellClass)), st.integers(0, 100))
REPAIRS = st.sets(st.sampled_from(list(Repair)))
WEIGHTS = st.dictionaries(st.sampled_from(list(Dimension)), st.floats(0.1, 10))
FAILED = st.lists(st.sampled_from(CELL_DIMENSIONS), min_size=1, unique=True).map(tuple)


@st.composite
def failing(draw: st.DrawFn, cells: dict[CellClass, int]) -> tuple[FailingCells, ...]:
    """Let some cells of each class fail rules."""
    return tuple(
        FailingCells(cell_class=known, dimensions=draw(FAILED), cells=draw(st.integers(1, count)))
        for known, count in cells.items()
        if count and draw(st.booleans())
    )


@st.composite
def tallies(draw: st.DrawFn) -> PartitionTally:
    columns = [
        ColumnTally(
            column=f"c{at}",
            cells=cells,
            nearly_complete=draw(st.booleans()),
            renamed=draw(st.booleans()),
            failing=draw(failing(cells)),
        )
        for at, cells in enumerate(draw(st.lists(CLASSES, min_size=1, max_size=4)))
    ]
    tally = tally_of(*columns, lost=draw(st.integers(0, 50)), duplicates=draw(st.integers(0, 50)))
    return tally.model_copy(update={"weights": draw(WEIGHTS)})


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


@given(tally=tallies(), applied=REPAIRS)
def test_the_score_is_one_exactly_if_nothing_failed(
    tally: PartitionTally, applied: set[Repair]
) -> None:
    counts = quality_of(tally, applied)
    is_faultless = counts.cells > 0 and not any(counts.bad.values())
    assert (counts.score == 1) == is_faultless
    assert (counts.cell_score == 1) == is_faultless


@given(tally=tallies(), applied=REPAIRS, chosen=st.data())
def test_a_cell_that_stops_failing_a_rule_never_lowers_the_score(
    tally: PartitionTally, applied: set[Repair], chosen: st.DataObject
) -> None:
    before = quality_of(tally, applied)
    places = [
        (at, group)
        for at, column in enumerate(tally.columns)
        for group in range(len(column.failing))
    ]
    if not places:
        return
    at, group = chosen.draw(st.sampled_from(places))
    column = tally.columns[at]
    kept = tuple(each for place, each in enumerate(column.failing) if place != group)
    mended = column.model_copy(update={"failing": kept})
    columns = (*tally.columns[:at], mended, *tally.columns[at + 1 :])
    after = quality_of(tally.model_copy(update={"columns": columns}), applied)
    assert after.score >= before.score - 1e-9
    assert after.cell_score >= before.cell_score


@given(tally=tallies(), applied=REPAIRS, factor=st.floats(0.01, 100))
def test_only_the_proportion_of_weights_matters(
    tally: PartitionTally, applied: set[Repair], factor: float
) -> None:
    weights = {dimension: tally.weights.get(dimension, 1.0) for dimension in Dimension}
    scaled = {dimension: weight * factor for dimension, weight in weights.items()}
    scores = [
        quality_of(tally.model_copy(update={"weights": each}), applied).score
        for each in (weights, scaled)
    ]
    assert scores[0] == pytest.approx(scores[1])


@given(parts=st.lists(tallies(), min_size=2, max_size=4), applied=REPAIRS)
def test_merging_in_any_order_is_merging_at_once(
    parts: list[PartitionTally], applied: set[Repair]
) -> None:
    counts = [quality_of(part.model_copy(update={"weights": {}}), applied) for part in parts]
    in_steps = merge_counts([merge_counts(counts[:1]), merge_counts(counts[1:])])
    assert in_steps == merge_counts(counts) == merge_counts(reversed(counts))


def test_a_cell_that_fails_twice_in_one_dimension_counts_once() -> None:
    cells = {CellClass.RIGHT: 9, CellClass.UNREADABLE: 1}
    group = FailingCells(cell_class=CellClass.UNREADABLE, dimensions=(Dimension.VALIDITY,), cells=1)
    column = ColumnTally(column="c", cells=cells, failing=(group,))
    assert quality_of(tally_of(column)).bad[Dimension.VALIDITY] == 1


def test_a_source_that_is_not_what_was_declared_scores_nothing() -> None:
    tally = tally_of(ColumnTally(column="c", cells={CellClass.RIGHT: 9}))
    mismatch = tally.model_copy(update={"schema_mismatch": "column d is missing"})
    assert quality_of(mismatch).score == 0


@pytest.mark.parametrize(("newest", "share"), [(990.0, 1.0), (980.0, 0.5), (None, 0.0)])
def test_timeliness_falls_with_the_age_of_the_newest_value(
    newest: float | None, share: float
) -> None:
    fresh = Freshness(seconds_max=10, newest=newest, asked_at=1_000)
    counts = QualityCounts(cells=10, bad={}, freshness={"r": fresh})
    assert counts.dimensions[Dimension.TIMELINESS] == share
    assert counts.score == pytest.approx((4 + share) / 5)


def test_a_dimension_that_nobody_looked_at_is_left_out() -> None:
    counts = QualityCounts(cells=10, bad={})
    assert Dimension.TIMELINESS not in counts.dimensions
    assert counts.coverage == 0.8


def test_a_score_that_rests_on_little_is_doubted() -> None:
    counts = QualityCounts(cells=1_000, bad={})
    assert doubts_about(counts, rows=500, suspected=10) == ()
    assert "rests on 10 rows" in doubts_about(counts, rows=10, suspected=0)[0]
    assert "may be wrong" in doubts_about(counts, rows=500, suspected=100)[0]
