"""The standard's types of columns as ours, and what a type's options demand."""

from collections.abc import Iterator

from agent_worker.domain.data_types import DataType
from agent_worker.domain.odcs.quality_rules import name_of
from agent_worker.domain.odcs.shapes import PropertyShape, TypeOptions
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import OnFail, Rule

LOGICAL_TYPES = {
    "string": DataType.VARCHAR,
    "integer": DataType.BIGINT,
    "number": DataType.DOUBLE,
    "boolean": DataType.BOOLEAN,
    "date": DataType.DATE,
    "timestamp": DataType.TIMESTAMP,
}

_PHYSICAL_TYPES = {
    DataType.BIGINT: "bigint int integer smallint tinyint long int64 int32 int8 number(38,0)",
    DataType.DOUBLE: "double float real decimal numeric double_precision float64 number",
    DataType.VARCHAR: "varchar text string char nvarchar character_varying uuid",
    DataType.BOOLEAN: "boolean bool bit",
    DataType.DATE: "date",
    DataType.TIMESTAMP: "timestamp datetime timestamp_ntz timestamp_tz timestamptz datetime2",
}

_FORMATS = {
    "email": checks.ValueFormat.EMAIL,
    "uuid": checks.ValueFormat.UUID,
    "uri": checks.ValueFormat.URL,
    "url": checks.ValueFormat.URL,
    "ip": checks.ValueFormat.INTERNET_ADDRESS,
    "ipv4": checks.ValueFormat.INTERNET_ADDRESS,
    "ipv6": checks.ValueFormat.INTERNET_ADDRESS,
    "country": checks.ValueFormat.COUNTRY,
    "currency": checks.ValueFormat.CURRENCY,
}

_TIME_LETTERS = (
    ("yyyy", "%Y"), ("MMM", "%b"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"),
    ("ss", "%S"), ("'T'", "T"), ("'Z'", "Z"),
)  # fmt: skip
"""The letters of a time format in the standard, which are those of the JDK."""


class ColumnTypeError(Exception):
    """A type, or one of its options, is not understood; the remedy stands behind a semicolon."""


def data_type_of(column: PropertyShape) -> DataType | None:
    """Return the column's type, None where the contract does not say.

    Raises:
        ColumnTypeError: it is one that no table here can have.
    """
    physical = column.physicalType.lower().replace(" ", "_").partition("(")[0]
    named = (ours for ours, names in _PHYSICAL_TYPES.items() if physical in names.split())
    known = next(named, None)
    if not column.logicalType:
        if known is None and physical:
            raise ColumnTypeError(f"the physical type {column.physicalType} is not understood; "
                                  "give a logicalType")  # fmt: skip
        return known
    logical = LOGICAL_TYPES.get(column.logicalType)
    if logical is None:
        raise ColumnTypeError(
            f"columns cannot be of type {column.logicalType}; write {', '.join(LOGICAL_TYPES)}"
        )
    is_clocked = logical is DataType.DATE and known is DataType.TIMESTAMP
    return DataType.TIMESTAMP if is_clocked else logical


def formats_of(column: PropertyShape, data_type: DataType | None) -> tuple[str, ...]:
    """Return the time format that the column's options name, in strptime's language.

    Raises:
        ColumnTypeError: the format has letters that are not understood.
    """
    written = column.logicalTypeOptions.format
    if written is None or data_type is None or not data_type.is_time:
        return ()
    read = written
    for letters, ours in _TIME_LETTERS:
        read = read.replace(letters, ours)
    rest = read
    for _, ours in _TIME_LETTERS:
        rest = rest.replace(ours, "")
    if any(letter.isalpha() for letter in rest):
        raise ColumnTypeError(f"the format {written} is not understood; write yyyy MM dd HH mm ss")
    return (read,)


def option_rules(column: PropertyShape, data_type: DataType | None) -> Iterator[Rule]:
    """Yield what the type's options demand.

    Raises:
        ColumnTypeError: an option is not understood.
    """
    options = column.logicalTypeOptions
    if options.multipleOf is not None:
        raise ColumnTypeError("multipleOf is not checked; write a row_condition")
    if column.unique:
        yield _rule(column, "unique", checks.KeyUnique())
    if options.pattern is not None:
        yield _rule(column, "pattern", checks.MatchesRegex(pattern=options.pattern))
    if options.minLength is not None or options.maxLength is not None:
        length = checks.LengthBetween(minimum=options.minLength or 0, maximum=options.maxLength)
        yield _rule(column, "length", length)
    if options.minimum is not None or options.maximum is not None or _exclusive(options):
        yield _rule(column, "range", _range(options))
    is_text = data_type in {None, DataType.VARCHAR}
    if options.format is not None and is_text:
        known = _FORMATS.get(options.format.lower())
        if known is None:
            raise ColumnTypeError(f"the format {options.format} is not understood; write "
                                  f"{', '.join(_FORMATS)}, or a pattern")  # fmt: skip
        yield _rule(column, "format", checks.MatchesFormat(format=known))


def _exclusive(options: TypeOptions) -> bool:
    bounds = (options.exclusiveMinimum, options.exclusiveMaximum)
    return any(bound is not None and not isinstance(bound, bool) for bound in bounds)


def _range(options: TypeOptions) -> checks.InRange:
    """Read bounds in both ways: the standard's later versions give the excluded bound itself."""
    low, high = options.exclusiveMinimum, options.exclusiveMaximum
    return checks.InRange(
        minimum=options.minimum if low is None or isinstance(low, bool) else low,
        maximum=options.maximum if high is None or isinstance(high, bool) else high,
        minimum_excluded=low not in {None, False},
        maximum_excluded=high not in {None, False},
    )


def _rule(column: PropertyShape, word: str, check: checks.Check) -> Rule:
    return Rule(
        id=name_of(f"{column.name}_{word}"),
        check=check,
        columns=(column.name,),
        on_fail=OnFail.WARN,
    )
