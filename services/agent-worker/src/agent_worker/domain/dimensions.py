"""What data can be good at; accuracy is not among it, since it needs the truth."""

from enum import StrEnum


class Dimension(StrEnum):
    """One way in which data can be good or bad, as the score counts it."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


CELL_DIMENSIONS: tuple[Dimension, ...] = (
    Dimension.COMPLETENESS,
    Dimension.VALIDITY,
    Dimension.UNIQUENESS,
    Dimension.CONSISTENCY,
)
"""Those in which a single cell is good or bad; how old data is, is asked of a whole table."""
