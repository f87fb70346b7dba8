"""A partition's profile: what its columns look like before anybody decided on a schema.

The cells are first reduced to the distinct texts of each column with their counts, so that the
cost of trying many ways of reading is that of the variety of the data and not of its length. All
columns are then asked the same question at once.
"""

from typing import NamedTuple

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.formats import (
    BOOLEANS,
    NULL_TOKENS,
    TIME_SHAPES,
    UNITS,
    formats_of_shape,
)
from agent_worker.domain.profile import (
    BARE_NUMBERS,
    PROBABILITIES,
    SKETCH_SIZE,
    ColumnProfile,
    Partition,
    PartitionProfile,
    Reading,
)

EXAMPLES_MAX = 3

GLUED_SHARE_MIN = 0.02
"""Rarer glued texts are typing mistakes and not worth a look at every other column."""

PREFIX_LENGTH_MAX = 8
"""Codes that are glued in front of others are short."""

PREFIX_ROWS = 200
"""Rows that tell whether a column is glued in front at all."""

_SHAPE = "regexp_replace(regexp_replace(x, '[0-9]+', '9', 'g'), '[A-Za-z]+', 'a', 'g')"
"""What `shape_of` computes, in SQL."""

_GLUED = "'[A-Za-z0-9]*[A-Za-z][0-9]+'"
"""A code with at least one letter, and a number behind."""


def profile_partition(texts: TextTable, partition: Partition) -> PartitionProfile:
    """Profile all columns."""
    width = texts.dialect.width
    cells = ", ".join(f"c{place}" for place in range(width))
    unpivoted = texts.texts.project(f"unnest([{cells}]) as x, unnest(range({width})) as place")
    distinct_name = f"{texts.name}_distinct"
    written = unpivoted.aggregate("place, x, count(*) as n", "place, x")
    # Trimmed when few are left: that takes longer than counting them.
    trimmed = written.project("place, trim(x) as x, n")
    spelled = trimmed.aggregate("place, x, sum(n)::bigint as n", "place, x")
    spelled.project(f"place, x, n, {_reading()} as reading").to_table(distinct_name)
    distinct = texts.connection.table(distinct_name)
    columns = _profile_columns(texts, distinct)
    texts.connection.execute(f"drop table {distinct_name}")
    # In one of 37 million files of a million rows two have the same hash by chance; being one row
    # wrong there costs less than holding all rows.
    hashes = texts.texts.project(f"hash({cells}) as hashed").aggregate("1", "hashed")
    ((distinct_rows,),) = hashes.aggregate("count(*)").fetchall()
    return PartitionProfile(
        partition=partition,
        delimiter=texts.dialect.delimiter,
        rows=texts.rows,
        broken_lines=texts.broken_lines,
        duplicate_rows=texts.rows - distinct_rows,
        columns=columns,
    )


class _Numbers(NamedTuple):
    """What is counted of a column's bare numbers."""

    below_zero: int = 0
    near_zero: int = 0
    clocks: int = 0


class _Values(NamedTuple):
    """What is known of a column's distinct values."""

    distinct: int = 0
    sketch: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()


def _profile_columns(
    texts: TextTable, distinct: duckdb.DuckDBPyRelation
) -> tuple[ColumnProfile, ...]:
    readings = _counts(distinct, "reading")
    tokens = _counts(_read_as(distinct, Reading.TOKEN), "lower(x)")
    units = _counts(_read_as(distinct, Reading.UNIT), sql.unit_of_number("x"))
    formats = _formats(_read_as(distinct, Reading.TIME))
    numbers = _numbers(distinct)
    quantiles = _quantiles(distinct)
    values = _values(distinct)
    columns: list[ColumnProfile] = []
    for place, name in enumerate(texts.dialect.header):
        counted = readings.get(place, {})
        is_glued = counted.get(Reading.GLUED, 0) > GLUED_SHARE_MIN * texts.rows
        bare, known = numbers.get(place, _Numbers()), values.get(place, _Values())
        columns.append(
            ColumnProfile(
                name=name,
                position=place,
                rows=texts.rows,
                readings={Reading(reading): cells for reading, cells in counted.items()},
                tokens=tokens.get(place, {}),
                units=units.get(place, {}),
                formats=formats.get(place, {}),
                prefixes=_prefixes(texts, place) if is_glued else {},
                quantiles=quantiles.get(place, {}),
                below_zero=bare.below_zero,
                near_zero=bare.near_zero,
                clocks=bare.clocks,
                distinct=known.distinct,
                sketch=known.sketch,
                examples=known.examples,
            )
        )
    return tuple(columns)


def _reading() -> str:
    """Return the SQL that names how a text x reads."""
    known_unit = f"{sql.unit_of_number('x')} in ({sql.texts(UNITS)})"
    cases = {
        Reading.ABSENT: "coalesce(x, '') = ''",
        Reading.TOKEN: f"lower(x) in ({sql.texts(NULL_TOKENS)})",
        Reading.INTEGER: f"({sql.canonical_integer('x')}) is not null",
        Reading.PADDED: "regexp_full_match(x, '0[0-9]+|[+-]?[0-9]{19,}')",
        Reading.INTEGRAL: f"({sql.integral_double('x')}) is not null",
        Reading.DECIMAL: f"({sql.finite_double('x')}) is not null",
        Reading.UNIT: known_unit,
        Reading.BOOLEAN: f"lower(x) in ({sql.texts(BOOLEANS)})",
        Reading.GLUED: f"regexp_full_match(x, {_GLUED})",
        Reading.TIME: f"{_SHAPE} in ({sql.texts(TIME_SHAPES)})",
    }
    whens = " ".join(f"when {test} then '{reading}'" for reading, test in cases.items())
    return f"case {whens} else '{Reading.TEXT}' end"


def _read_as(distinct: duckdb.DuckDBPyRelation, *readings: Reading) -> duckdb.DuckDBPyRelation:
    return distinct.filter(f"reading in ({sql.texts(readings)})")


def _counts(distinct: duckdb.DuckDBPyRelation, expression: str) -> dict[int, dict[str, int]]:
    """Count each column's cells for each value of the expression, in the order of the values."""
    labelled = distinct.project(f"place, {expression} as label, n")
    counted = labelled.aggregate("place, label, sum(n)::bigint", "place, label")
    counts: dict[int, dict[str, int]] = {}
    for place, label, cells in counted.order("place, label").fetchall():
        counts.setdefault(place, {})[label] = cells
    return counts


def _formats(times: duckdb.DuckDBPyRelation) -> dict[int, dict[str, int]]:
    """Count the cells that each time format reads; only formats of the shapes seen are tried."""
    shapes = {shape for seen in _counts(times, _SHAPE).values() for shape in seen}
    formats = sorted({known for shape in shapes for known in formats_of_shape(shape)})
    if not formats:
        return {}
    tests = [
        f"coalesce(sum(n) filter (({sql.time_of('x', known)}) is not null), 0)::bigint"
        for known in formats
    ]
    counted = times.aggregate(f"place, {', '.join(tests)}", "place").fetchall()
    return {
        place: {known: cells for known, cells in zip(formats, counts, strict=True) if cells}
        for place, *counts in counted
    }


def _numbers(distinct: duckdb.DuckDBPyRelation) -> dict[int, _Numbers]:
    """Count bare numbers below and just above zero, and integers that read as times of day."""
    numbers = _bare_numbers(distinct).project(
        "place, v, n, least(min(v) over (partition by place), 0) as lowest"
    )
    tests = (
        "v < 0",
        "v >= 0 and v <= -lowest",
        "v >= 0 and v <= 2400 and v % 1 = 0 and v % 100 < 60",
    )
    counts = ", ".join(f"coalesce(sum(n) filter ({test}), 0)::bigint" for test in tests)
    counted = numbers.aggregate(f"place, {counts}", "place").fetchall()
    return {place: _Numbers(*found) for place, *found in counted}


def _bare_numbers(distinct: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    number = "try_cast(replace(x, ',', '') as double)"
    return _read_as(distinct, *BARE_NUMBERS).project(f"place, {number} as v, n, '' as unit")


def _quantiles(distinct: duckdb.DuckDBPyRelation) -> dict[int, dict[str, tuple[float, ...]]]:
    """Return the numbers at `PROBABILITIES` for each column and unit, weighted by their counts."""
    labelled = _read_as(distinct, Reading.UNIT).project(
        f"place, {sql.number_of_unit('x')} as v, n, {sql.unit_of_number('x')} as unit"
    )
    ranked = (
        _bare_numbers(distinct)
        .union(labelled)
        .project(
            "place, unit, v, sum(n) over (partition by place, unit order by v)"
            " / sum(n) over (partition by place, unit) as share"
        )
    )
    points = ", ".join(f"min(v) filter (share >= {point})" for point in PROBABILITIES)
    found = ranked.aggregate(f"place, unit, {points}", "place, unit").order("place, unit")
    quantiles: dict[int, dict[str, tuple[float, ...]]] = {}
    for place, unit, *numbers in found.fetchall():
        quantiles.setdefault(place, {})[unit] = tuple(numbers)
    return quantiles


def _values(distinct: duckdb.DuckDBPyRelation) -> dict[int, _Values]:
    """Count, sketch and show each column's distinct values."""
    present = distinct.filter(f"reading not in ('{Reading.ABSENT}', '{Reading.TOKEN}')")
    ranked = present.project(
        "place, x, row_number() over (partition by place order by n desc, x) as frequency_rank"
    )
    found = ranked.aggregate(
        f"place, count(*), min(md5_number_lower(x), {SKETCH_SIZE}),"
        f" list(x order by frequency_rank) filter (frequency_rank <= {EXAMPLES_MAX})",
        "place",
    )
    return {
        place: _Values(count, tuple(hashes), tuple(examples))
        for place, count, hashes, examples in found.fetchall()
    }


def _prefixes(texts: TextTable, place: int) -> dict[str, int]:
    """Count for each other column how many glued texts begin with its value, a number behind."""
    glued = texts.texts.filter(f"regexp_full_match(trim(c{place}), {_GLUED})")
    others = [other for other in range(texts.dialect.width) if other != place]
    # Only columns that explain most of a first few rows are worth counting over all of them.
    few, first = _count_prefixes(glued.limit(PREFIX_ROWS), place, others)
    likely = [other for other, cells in first.items() if 2 * cells >= few]
    if not likely:
        return {}
    _, counts = _count_prefixes(glued, place, likely)
    return {texts.dialect.header[other]: cells for other, cells in counts.items()}


def _count_prefixes(
    glued: duckdb.DuckDBPyRelation, place: int, others: list[int]
) -> tuple[int, dict[int, int]]:
    """Count the rows, and for each other column those that begin with its value."""
    tests = [
        f"starts_with(c{place}, c{other}) and c{other} <> ''"
        f" and length(c{other}) <= {PREFIX_LENGTH_MAX}"
        f" and try_cast(substr(c{place}, length(c{other}) + 1) as bigint) is not null"
        for other in others
    ]
    counted = ", ".join(f"count(*) filter ({test})" for test in tests)
    rows, *counts = glued.aggregate(f"count(*), {counted}").fetchall()[0]
    return rows, dict(zip(others, counts, strict=True))
