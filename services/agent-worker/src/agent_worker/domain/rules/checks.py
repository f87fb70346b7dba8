"""What can be demanded of data, one model a demand; the field `kind` names which.

A demand on single values says nothing of a missing one: only `not_null` and `null_rate_le` do.
So a column that is half empty and otherwise right fails one rule, and not all of them.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from agent_worker.domain.data_types import DataType
from agent_worker.domain.rules.patterns import pattern_problem
from shared.contracts.vocabulary import Contract

SET_VALUES_MAX = 10_000
"""Values of a listed set: they stand in the contract, which agents vote on as a whole."""

TEXT_CHARACTERS_MAX = 1_000
"""Characters of a listed value, a pattern or a condition."""

BINS_MAX = 100
"""Bins of a distribution; a population stability index is mostly taken over ten."""

Text = Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)]
SetValue = bool | float | Text
Condition = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]


class ValueFormat(StrEnum):
    """A form that texts can have, whatever the column."""

    ISO_DATE = "iso_date"
    ISO_TIMESTAMP = "iso_timestamp"
    TIME = "time"
    EMAIL = "email"
    UUID = "uuid"
    INTERNET_ADDRESS = "ip"
    URL = "url"
    COUNTRY = "country"
    CURRENCY = "currency"


class Comparison(StrEnum):
    """How two columns of one row compare."""

    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


class NotNull(Contract):
    """A value is there."""

    kind: Literal["not_null"] = "not_null"


class NullRateLe(Contract):
    """At most this share of the values is missing; each missing one still counts in the score."""

    kind: Literal["null_rate_le"] = "null_rate_le"
    rate: float = Field(ge=0, le=1)


class NoNullToken(Contract):
    """No text such as `N/A` stands where a value is missing."""

    kind: Literal["no_null_token"] = "no_null_token"


class TypeIs(Contract):
    """The text can be read as this type."""

    kind: Literal["type_is"] = "type_is"
    data_type: DataType


class InSet(Contract):
    """The value is one of these."""

    kind: Literal["in_set"] = "in_set"
    values: tuple[SetValue, ...] = Field(min_length=1, max_length=SET_VALUES_MAX)
    ignore_case: bool = False


class InRange(Contract):
    """The number, or the time as ISO 8601, lies between these; the bounds belong to the range."""

    kind: Literal["in_range"] = "in_range"
    minimum: float | Text | None = None
    maximum: float | Text | None = None
    minimum_excluded: bool = False
    maximum_excluded: bool = False

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a range has a minimum or a maximum, or both")
        return self


class LengthBetween(Contract):
    """The text has so many characters."""

    kind: Literal["length_between"] = "length_between"
    minimum: int = Field(default=0, ge=0)
    maximum: int | None = Field(default=None, ge=0)


class MatchesRegex(Contract):
    """The whole text matches this pattern in RE2's language."""

    kind: Literal["matches_regex"] = "matches_regex"
    pattern: Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]

    @field_validator("pattern")
    @classmethod
    def _is_bounded(cls, pattern: str) -> str:
        problem = pattern_problem(pattern)
        if problem:
            raise ValueError(problem)
        return pattern


class MatchesFormat(Contract):
    """The whole text has this form."""

    kind: Literal["matches_format"] = "matches_format"
    format: ValueFormat


class CanonicalNumber(Contract):
    """The number is written plainly: no unit, no separators, no zeros in front or behind."""

    kind: Literal["canonical_number"] = "canonical_number"


class NoMojibake(Contract):
    """The text was not decoded by a wrong encoding."""

    kind: Literal["no_mojibake"] = "no_mojibake"


class UnambiguousDate(Contract):
    """The date cannot be read with day and month exchanged."""

    kind: Literal["unambiguous_date"] = "unambiguous_date"


class KeyUnique(Contract):
    """No two rows have the same values in these columns; the first of equals is right."""

    kind: Literal["key_unique"] = "key_unique"


class NoDuplicateRows(Contract):
    """No two rows are equal in every column."""

    kind: Literal["no_duplicate_rows"] = "no_duplicate_rows"


class FunctionalDependency(Contract):
    """Rows with equal determinants have the value that most of them have."""

    kind: Literal["fd"] = "fd"
    determinants: tuple[str, ...] = Field(min_length=1, max_length=8)


class Implies(Contract):
    """Where the first condition is true, the second one is not false."""

    kind: Literal["implies"] = "implies"
    premise: Condition
    conclusion: Condition


class CompareColumns(Contract):
    """The first column compares so with the second one."""

    kind: Literal["compare_columns"] = "compare_columns"
    comparison: Comparison


class Reference(Contract):
    """The values are found in columns of another table."""

    kind: Literal["reference"] = "reference"
    table: str = Field(min_length=1, max_length=63)
    columns: tuple[str, ...] = Field(min_length=1, max_length=8)


class RowCondition(Contract):
    """The condition is not false; docs/contracts.md has its language."""

    kind: Literal["row_condition"] = "row_condition"
    condition: Condition


class FreshWithin(Contract):
    """The newest value is at most so much older than the time at which it is asked."""

    kind: Literal["fresh_within"] = "fresh_within"
    seconds_max: float = Field(gt=0)


class RowCountBetween(Contract):
    """The table has so many rows."""

    kind: Literal["row_count_between"] = "row_count_between"
    minimum: int = Field(default=0, ge=0)
    maximum: int | None = Field(default=None, ge=0)


class SchemaMatches(Contract):
    """A source has all columns of the contract, and with `exact` no others."""

    kind: Literal["schema_matches"] = "schema_matches"
    exact: bool = False


class Drift(Contract):
    """Numbers are distributed as they were: the population stability index stays below a limit."""

    kind: Literal["drift"] = "drift"
    edges: tuple[float, ...] = Field(min_length=1, max_length=BINS_MAX - 1)
    """What separates the bins, ascending; a number equal to an edge belongs to the upper bin."""
    shares: tuple[float, ...] = Field(min_length=2, max_length=BINS_MAX)
    """The share of each bin as it was, one more than there are edges."""
    index_max: float = Field(default=0.2, gt=0)
    """From 0.1 on a change is usually called moderate, from 0.25 on large."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.shares) != len(self.edges) + 1 or list(self.edges) != sorted(self.edges):
            raise ValueError("a distribution has ascending edges and one share more than edges")
        return self


Check = Annotated[
    NotNull
    | NullRateLe
    | NoNullToken
    | TypeIs
    | InSet
    | InRange
    | LengthBetween
    | MatchesRegex
    | MatchesFormat
    | CanonicalNumber
    | NoMojibake
    | UnambiguousDate
    | KeyUnique
    | NoDuplicateRows
    | FunctionalDependency
    | Implies
    | CompareColumns
    | Reference
    | RowCondition
    | FreshWithin
    | RowCountBetween
    | SchemaMatches
    | Drift,
    Field(discriminator="kind"),
]
"""Everything that a rule can demand."""
