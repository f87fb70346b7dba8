"""Which type holds the values of which other one, and what a column is once its type changed."""

from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract

ISO_FORMATS = {
    DataType.DATE: ("%Y-%m-%d",),
    DataType.TIMESTAMP: (
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
    ),
}
"""The formats in which texts are read as times; others are ambiguous without a look at them."""

_WIDER = {(DataType.BIGINT, DataType.DOUBLE), (DataType.DATE, DataType.TIMESTAMP)}

_COUNTED = {DataType.BIGINT, DataType.DOUBLE, DataType.BOOLEAN}


def is_widening(source: DataType, target: DataType) -> bool:
    """Tell whether the target is made to hold every value of the source."""
    return source is target or target is DataType.VARCHAR or (source, target) in _WIDER


def is_possible(source: DataType, target: DataType) -> bool:
    """Tell whether any value of the source means one of the target."""
    if DataType.VARCHAR in {source, target}:
        return True
    return (source in _COUNTED) == (target in _COUNTED)


def retyped(column: ColumnContract) -> ColumnContract:
    """Return the column without what its type leaves no sense for: formats, units, ranges."""
    changes: dict[str, object] = {}
    if not column.data_type.is_numeric:
        changes |= {"unit": "", "conversions": {}, "minimum": None, "maximum": None}
        changes |= {"is_clock": False, "prefix_column": ""}
    if column.data_type.is_time:
        changes["formats"] = column.formats or ISO_FORMATS[column.data_type]
    else:
        changes["formats"] = ()
    return column.model_copy(update=changes)
