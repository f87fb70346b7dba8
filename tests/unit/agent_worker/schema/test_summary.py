"""Every row of a partition is accounted for."""

import pytest

from agent_worker.domain.cleaning import CellClass, ColumnTally, PartitionTally, Repair
from agent_worker.domain.profile import Partition
from agent_worker.domain.summary import CleanRows, summarize

PARTITION = Partition(name="p", uri="file:///p.csv", bytes=1, fingerprint="0")
COLUMN = ColumnTally(column="c", cells={CellClass.RIGHT: 6, CellClass.TOKEN: 2})
TALLY = PartitionTally(rows=10, quarantined={"broken": 2}, duplicates=1, columns=(COLUMN,))


def test_rows_in_are_rows_out_quarantined_and_dropped() -> None:
    summary = summarize(PARTITION, TALLY, {Repair.DROP_DUPLICATES}, rows=CleanRows(7, ""))
    assert (summary.rows_in, summary.rows_quarantined, summary.duplicates_removed) == (10, 2, 1)


def test_a_row_that_vanished_is_a_broken_promise() -> None:
    with pytest.raises(AssertionError, match="10 rows in, 9 accounted for"):
        summarize(PARTITION, TALLY, {Repair.DROP_DUPLICATES}, rows=CleanRows(6, ""))


def test_only_kept_repairs_are_counted() -> None:
    kept = summarize(PARTITION, TALLY, {Repair.BLANK_TOKENS}, rows=CleanRows(8, ""))
    assert kept.repaired_cells == {Repair.BLANK_TOKENS: 2}
    assert kept.quality_after.score > kept.quality_before.score
