"""A rule: what is demanded of which columns, how much it matters, what is done where it fails."""

from enum import StrEnum

from pydantic import Field, JsonValue

from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.rules.checks import TEXT_CHARACTERS_MAX, Check
from shared.contracts.vocabulary import Contract

RULES_MAX = 500
"""Rules of one table. Nobody reads more, and each costs an expression for every row."""

COLUMNS_MAX = 32

SHOWN_MAX = 5
"""Values of a list that a sentence names."""


class Severity(StrEnum):
    """How much a failure matters."""

    ERROR = "error"
    """Failing cells count in the score, and the rule acts."""
    WARN = "warn"
    """It is counted and told, no more."""


class OnFail(StrEnum):
    """What is done where a rule of severity `error` fails by more than it tolerates."""

    QUARANTINE_ROW = "quarantine_row"
    """Failing rows are kept apart, with the rule's id as the reason."""
    NULL_VALUE = "null_value"
    """The failing values of the rule's columns are emptied."""
    REPAIR = "repair"
    """The values stay; the recipe's steps mend what they can, before rules are asked."""
    WARN = "warn"
    """The values stay."""
    STOP = "stop"
    """The task fails, and nothing is written."""


class Origin(StrEnum):
    """Who says so."""

    DECLARED = "declared"
    PROFILED = "profiled"
    """Part of the schema that agents agreed on."""
    PROPOSED = "proposed"
    """Seen in the data, and not asked for by anybody yet: it never does more than warn."""


class Support(Contract):
    """What speaks for a proposed rule."""

    rows: int = Field(ge=0)
    """Rows, or values, that were looked at."""
    followed: int = Field(ge=0)
    """How many of them follow the rule."""


class Rule(Contract):
    """One demand on one table."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,99}$")
    """Unique in its table; the reason of the rows that the rule sets aside."""
    check: Check
    columns: tuple[str, ...] = Field(default=(), max_length=COLUMNS_MAX)
    """Whose cells fail; none for demands on whole tables."""
    where: str = Field(default="", max_length=TEXT_CHARACTERS_MAX)
    """The rows that are asked, as a condition; all where it is empty."""
    severity: Severity = Severity.ERROR
    max_fraction: float = Field(default=0, ge=0, le=1)
    """The share of the rows asked that may fail before the rule counts as failed."""
    on_fail: OnFail = OnFail.WARN
    dimension: Dimension | None = None
    """Where it counts in the score; by default where its kind of demand does."""
    origin: Origin = Origin.DECLARED
    support: Support | None = None
    description: str = Field(default="", max_length=TEXT_CHARACTERS_MAX)

    @property
    def counts_as(self) -> Dimension:
        """The dimension in which failing cells are bad."""
        return self.dimension or DIMENSION_OF[self.check.kind]

    @property
    def tolerated(self) -> float:
        """The share of rows that may fail, whichever way it was said."""
        if self.check.kind == "null_rate_le":
            return max(self.max_fraction, self.check.rate)
        return self.max_fraction

    @property
    def is_binding(self) -> bool:
        """Whether its failures count in the score, and it may act."""
        return self.severity is Severity.ERROR and self.origin is not Origin.PROPOSED

    @property
    def told(self) -> str:
        """The demand in a few words."""
        return f"{', '.join(self.columns) or 'the table'}: {_told(self.check)}"


DIMENSION_OF = {
    "not_null": Dimension.COMPLETENESS,
    "null_rate_le": Dimension.COMPLETENESS,
    "no_null_token": Dimension.CONSISTENCY,
    "row_count_between": Dimension.COMPLETENESS,
    "type_is": Dimension.VALIDITY,
    "in_set": Dimension.VALIDITY,
    "in_range": Dimension.VALIDITY,
    "length_between": Dimension.VALIDITY,
    "matches_regex": Dimension.VALIDITY,
    "matches_format": Dimension.VALIDITY,
    "no_mojibake": Dimension.VALIDITY,
    "unambiguous_date": Dimension.VALIDITY,
    "schema_matches": Dimension.VALIDITY,
    "canonical_number": Dimension.CONSISTENCY,
    "key_unique": Dimension.UNIQUENESS,
    "no_duplicate_rows": Dimension.UNIQUENESS,
    "fd": Dimension.CONSISTENCY,
    "implies": Dimension.CONSISTENCY,
    "compare_columns": Dimension.CONSISTENCY,
    "reference": Dimension.CONSISTENCY,
    "row_condition": Dimension.CONSISTENCY,
    "drift": Dimension.CONSISTENCY,
    "fresh_within": Dimension.TIMELINESS,
}
"""Where the failures of each kind of demand count, unless a rule says otherwise."""

TABLE_KINDS = frozenset({"row_count_between", "schema_matches", "fresh_within", "drift"})
"""Demands on a whole table: no single row fails them, and they change no row."""

GROUPED_KINDS = frozenset({"key_unique", "no_duplicate_rows", "fd", "reference"})
"""Demands that compare a row with others."""

COLUMNS_OF = {
    "no_duplicate_rows": (0, 0),
    "row_count_between": (0, 0),
    "schema_matches": (0, 0),
    "compare_columns": (2, 2),
    "fd": (1, 1),
    "fresh_within": (1, 1),
    "drift": (1, 1),
    "implies": (0, COLUMNS_MAX),
    "row_condition": (0, COLUMNS_MAX),
}
"""How few and how many columns a demand names; from one on for all others."""


def _told(check: Check) -> str:
    """Return the demand with its parameters, lists cut after the first few values."""
    parameters: dict[str, JsonValue] = check.model_dump(mode="json", exclude_defaults=True)
    said = [f"{name} {_shown(parameter)}" for name, parameter in parameters.items()]
    return f"{check.kind}({', '.join(said)})" if said else check.kind


def _shown(parameter: JsonValue) -> str:
    if isinstance(parameter, list):
        listed = ", ".join(str(each) for each in parameter[:SHOWN_MAX])
        return f"{listed}, …" if len(parameter) > SHOWN_MAX else listed
    return str(parameter)
