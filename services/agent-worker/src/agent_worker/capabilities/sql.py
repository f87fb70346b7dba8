"""Pieces of SQL that several modules need; values are quoted here and nowhere else."""

from collections.abc import Iterable


def text(content: str) -> str:
    """Return a text as an SQL literal."""
    escaped = content.replace("'", "''")
    return f"'{escaped}'"


def texts(contents: Iterable[str]) -> str:
    """Return texts as the inside of an IN list."""
    return ", ".join(text(content) for content in contents)


def name(column: str) -> str:
    """Return a column's name as an SQL identifier."""
    escaped = column.replace('"', '""')
    return f'"{escaped}"'


def canonical_integer(expression: str) -> str:
    """Return the BIGINT that the text is, NULL when an integer would be written otherwise."""
    number = f"try_cast({expression} as bigint)"
    return f"case when cast({number} as varchar) = {expression} then {number} end"


def finite_double(expression: str) -> str:
    """Return the finite DOUBLE that the text is, or NULL."""
    # DuckDB reads inf, nan and digits grouped by underscores as numbers; data files mean none.
    # 9E12 is likelier to be a code than nine trillions: those are written 9e+12 or 9.0E12.
    number = f"try_cast({expression} as double)"
    is_code = f"regexp_full_match({expression}, '[0-9]+[eE][0-9]+')"
    is_number = f"isfinite({number}) and not contains({expression}, '_') and not {is_code}"
    return f"case when {is_number} then {number} end"


def integral_double(expression: str) -> str:
    """Return the number of an integer written as 517.0, 1,400 or 0517, or NULL."""
    pattern = text(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.0+)?")
    return (
        f"case when regexp_full_match({expression}, {pattern})"
        f" then try_cast(replace({expression}, ',', '') as double) end"
    )


def dressed_double(expression: str) -> str:
    """Return the number of an amount written as $420.10, 1,400.50 or 12 €, or NULL."""
    pattern = text(r"([$€£¥] ?)?[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?( ?[$€£¥])?")
    bare = f"regexp_replace({expression}, '[$€£¥, ]', '', 'g')"
    return (
        f"case when regexp_full_match({expression}, {pattern}) then try_cast({bare} as double) end"
    )


def compact_date(expression: str) -> str:
    """Return the TIMESTAMP of a day written as 20240802, or NULL."""
    is_compact = f"regexp_full_match({expression}, '[12][0-9]{{7}}')"
    return f"case when {is_compact} then try_strptime({expression}, '%Y%m%d') end"


def time_of(expression: str, time_format: str) -> str:
    """Return the TIMESTAMP that a text is in a format, or NULL; years have two digits or four."""
    # DuckDB takes a year of any length: 7.1.2, the number of a version, would be a day in year 2.
    parsed = f"try_strptime({expression}, {text(time_format)})"
    if "%y" in time_format:
        has_year = f"regexp_matches({expression}, {text(YEAR_OF_TWO_DIGITS)})"
        return f"case when {has_year} then {parsed} end"
    return f"case when year({parsed}) >= 1000 then {parsed} end"


YEAR_OF_TWO_DIGITS = r"^\w+[-/. ]\w+[-/. ][0-9]{2}($|[^0-9])"
"""A date that ends with one."""

NUMBER_WITH_UNIT = r"^([+-]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)$"
"""A number, perhaps a space, and letters."""


def number_of_unit(expression: str) -> str:
    """Return the number before a unit, as DOUBLE, or NULL."""
    pattern = text(NUMBER_WITH_UNIT)
    return f"try_cast(regexp_extract({expression}, {pattern}, 1) as double)"


def unit_of_number(expression: str) -> str:
    """Return the unit behind a number, in lower case, or an empty text."""
    pattern = text(NUMBER_WITH_UNIT)
    return f"lower(regexp_extract({expression}, {pattern}, 2))"
