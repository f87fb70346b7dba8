"""How many cells are right, estimated from what was found: nobody knows the truth here.

Every cell that is listed as wrong counts as wrong, and no other one. That is near the truth where
what can be wrong can also be seen, which docs/quality.md puts into figures.
"""

from pydantic import Field

from agent_worker.domain.recipe import StepAction
from agent_worker.domain.report_details import PartitionDetails
from shared.contracts.vocabulary import Contract, QualityScore


class CellAccuracy(Contract):
    """The share of cells that are right, of those in rows that can be used."""

    before: QualityScore
    """Without the cells that are listed."""
    after: QualityScore
    """Without those that are suspected, and without the repairs that are wrong, by their
    confidence, on average."""
    cells: int = Field(ge=0)
    doubts: tuple[str, ...] = ()
    """Why the estimate may be far off, each in a sentence; it is of low confidence if any."""

    @property
    def named(self) -> str:
        """What the figures are called where people read them."""
        return "of cells right, estimated" + ", with low confidence" * bool(self.doubts)


def estimate_accuracy(
    details: PartitionDetails, cells: int, doubts: tuple[str, ...]
) -> CellAccuracy:
    """Estimate the accuracy of so many cells from the changes that are listed of them."""
    left = details.cells_left_out + sum(
        each.cells * (1 if each.action is StepAction.SUSPECTED else 1 - each.confidence)
        for each in details.changes
    )
    return CellAccuracy(
        before=_share_without(details.cells_changed, cells),
        after=_share_without(left, cells),
        cells=cells,
        doubts=doubts,
    )


def _share_without(wrong: float, cells: int) -> float:
    return max(0.0, 1 - wrong / cells) if cells else 0.0
