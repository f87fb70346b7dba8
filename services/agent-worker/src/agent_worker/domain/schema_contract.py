"""What a table's schema promises, and how its columns may be written in the sources.

A contract is what agents vote on. It holds all that cleaning needs, so that every partition is
cleaned by the same rules wherever that happens.
"""

import hashlib

from pydantic import Field

from agent_worker.domain.data_types import DataType
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.learning import Learning
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.rules.rule import RULES_MAX, Origin, Rule
from shared.contracts.vocabulary import Contract, QualityScore
from shared.contracts.voting import Compatibility
from shared.kernel.signing import canonical_bytes


class ColumnContract(Contract):
    """One column: its type, its plausible values, and the spellings that are understood."""

    name: str
    data_type: DataType
    aliases: tuple[str, ...] = ()
    """Other names that sources give the column."""
    nullable: bool = True
    """A row whose value is missing where it must not be is unusable."""
    nearly_complete: bool = False
    """Values are hardly ever missing, so that a missing one counts as an error."""
    null_tokens: tuple[str, ...] = ()
    """Texts that mean a missing value, in lower case."""
    formats: tuple[str, ...] = ()
    """Time formats, in strptime's language; the first is the usual one."""
    unit: str = ""
    conversions: dict[str, float] = Field(default_factory=dict)
    """By what a number is multiplied that is written with this unit."""
    prefix_column: str = ""
    """The column whose value may be glued in front of this one's."""
    minimum: float | None = None
    maximum: float | None = None
    is_clock: bool = False
    """Values are times of day written as HHMM."""


class ColumnMigration(Contract):
    """How the values of a column come from those of the table before."""

    name: str
    origin: str = ""
    """The column that the values come from; empty for one that is added."""
    types: tuple[DataType, ...] = Field(min_length=1)
    """The type of the origin, or of the default, and each that it is cast to, in order."""
    default: str | None = None
    """What an added column has in all rows, as text."""
    nullable: bool = True


class Migration(Contract):
    """How a table gets from the schema that it had to the contract that says this."""

    version: int = Field(ge=0)
    """The version of the table that it begins with."""
    changes: tuple[str, ...]
    """Each in a few words."""
    columns: tuple[ColumnMigration, ...]
    compatibility: Compatibility
    rows: int = Field(default=0, ge=0)
    rows_lost: int = Field(default=0, ge=0)
    """Rows with a value that the new type cannot hold; all rows were tried."""
    rows_lost_max: int = Field(default=0, ge=0)
    """How many of these whoever asked for the migration accepts."""


class TableContract(Contract):
    """A table's schema with the evidence that it rests on."""

    table: str
    columns: tuple[ColumnContract, ...]
    key: tuple[str, ...] = ()
    distinct_rows: bool = False
    """Rows that are equal in every column are copies of one another."""
    quality_min: QualityScore = 0
    evidence: tuple[str, ...] = ()
    migration: Migration | None = None
    """How the table got here, if its schema was changed."""
    recipe: Recipe = Recipe()
    """How values that read well and are wrong are mended. Readers do not rely on it."""
    rules: tuple[Rule, ...] = Field(default=(), max_length=RULES_MAX)
    """What is demanded of the values; proposed ones wait for somebody to accept them."""
    quality_weights: dict[Dimension, float] = Field(default_factory=dict)
    """How much each dimension weighs in the score; 1 where nothing is said."""
    learning: Learning | None = None
    """What the recipe was learnt on, if anything was looked at."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what readers of the table rely on: names, types, nullability, key."""
        promised = [[column.name, column.data_type, column.nullable] for column in self.columns]
        return hashlib.sha256(canonical_bytes({"columns": promised, "key": self.key})).hexdigest()

    @property
    def asked_rules(self) -> tuple[Rule, ...]:
        """The rules that somebody stands behind."""
        return tuple(rule for rule in self.rules if rule.origin is not Origin.PROPOSED)

    @property
    def names_by_alias(self) -> dict[str, str]:
        """The column that another name of it stands for."""
        return {alias: column.name for column in self.columns for alias in column.aliases}

    def sources_of(self, header: tuple[str, ...]) -> tuple[int | None, ...]:
        """Return where each column stands in a file's header, None where it is missing."""
        return tuple(_position(column, header) for column in self.columns)

    def renamed_in(self, header: tuple[str, ...]) -> dict[str, str]:
        """Return the columns that the header has under another name: that name to ours."""
        return {
            header[position]: column.name
            for column, position in zip(self.columns, self.sources_of(header), strict=True)
            if position is not None and header[position] != column.name
        }

    def unknown_in(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Return the header's names that the contract has no column for."""
        known = {name for column in self.columns for name in (column.name, *column.aliases)}
        return tuple(name for name in header if name not in known)


def _position(column: ColumnContract, header: tuple[str, ...]) -> int | None:
    places = (header.index(name) for name in (column.name, *column.aliases) if name in header)
    return next(places, None)
