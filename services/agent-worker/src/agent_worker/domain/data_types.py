"""The types that values of a table can have."""

from enum import StrEnum


class DataType(StrEnum):
    """The types that a column can have, by their DuckDB names."""

    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"
    VARCHAR = "VARCHAR"

    @property
    def is_numeric(self) -> bool:
        """Whether the column's values can be compared with a range of numbers."""
        return self in {DataType.BIGINT, DataType.DOUBLE}

    @property
    def is_time(self) -> bool:
        """Whether the column's values are read by a time format."""
        return self in {DataType.DATE, DataType.TIMESTAMP}
