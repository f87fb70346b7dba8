"""A recipe: the program that mends a table's wrong values, learnt on a sample, read by people.

Reading a text as a typed value is the contract's work. A recipe is about values that read well and
are wrong all the same. It is an ordered list of steps; each step names one column, what it does to
which cells, what speaks for it, and how sure it is. It travels as JSON inside the contract, is
voted on with it, and is compiled to SQL where it is applied.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agent_worker.domain.data_types import DataType
from shared.contracts.vocabulary import Contract

STEPS_MAX = 1_000
"""A recipe is read by people and voted on; a table of 200 columns has no more to say."""

VALUE_CHANGES_MAX = 2_000
"""Of one step. A longer map is no rule but a list of rows, which a partition cannot learn from."""

DETERMINANTS_MAX = 6
"""That vote about one column; more of them repeat one another."""

KNOWN_GROUPS_MAX = 500
"""Of one determinant. A partition mostly has rows enough to see for itself what its groups say."""

SOURCES_MAX = 200
"""That are told apart; every two of them are compared."""

COPYING_MAX = 2_000
"""Of the 19,900 pairs of 200 sources, those that are likeliest to copy."""

Confidence = Annotated[float, Field(ge=0, le=1)]


class StepAction(StrEnum):
    """What becomes of the cells that a step finds."""

    REPAIRED = "repaired"
    """The new value replaces the old one."""
    SUSPECTED = "suspected"
    """The cell stays as it is; the new value, if there is one, is a proposal."""


class ValueColumn(Contract):
    """A column as those see it who diagnose it: canonical texts of values of one type."""

    name: str
    data_type: DataType = DataType.VARCHAR


class _Step(Contract):
    """What every step says."""

    column: str
    """The one whose cells it is about."""
    action: StepAction
    support: int = Field(ge=0)
    """Cells of the sample that follow what the step goes by."""
    changes: int = Field(ge=0)
    """Cells of the sample that it repairs or suspects."""
    confidence: Confidence
    """The share of its findings that it expects to be right."""
    reason: str
    """A sentence with the evidence."""

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The columns that decide what becomes of a cell."""
        return (self.column,)


class ValueChange(Contract):
    """One value that is wrong wherever it stands in the column."""

    old: str
    new: str | None
    """None empties the cell; where the step only suspects, it means that nothing is proposed."""
    reason: str = ""
    """Of this value; the step's reason where it is empty."""


class MapValues(_Step):
    """Values of a column that stand for others."""

    kind: Literal["map_values"] = "map_values"
    values: tuple[ValueChange, ...] = Field(min_length=1, max_length=VALUE_CHANGES_MAX)

    @model_validator(mode="after")
    def _maps_once(self) -> Self:
        """Refuse a map that would do more when it is applied again."""
        olds = [change.old for change in self.values]
        again = sorted(set(olds) & {change.new for change in self.values})
        if len(set(olds)) < len(olds) or again:
            raise ValueError(
                f"map_values of {self.column}: {', '.join(again) or 'a value'} is replaced and "
                "replaces another; map each value once, and to its end"
            )
        return self


class RewritePattern(_Step):
    r"""Texts of a form are written in another one.

    The pattern is RE2's and must match the whole text; the replacement may name groups as `\1`. A
    text that would match again is left alone, so that applying twice is applying once.
    """

    kind: Literal["rewrite_pattern"] = "rewrite_pattern"
    pattern: str = Field(max_length=1_000)
    replacement: str | None = Field(max_length=1_000)
    """None empties the cell, or proposes nothing."""


class FlagMissing(_Step):
    """Cells without a value in a column that hardly ever lacks one."""

    kind: Literal["flag_missing"] = "flag_missing"


class KnownGroup(Contract):
    """The value that rows have which agree in the determinant's columns."""

    keys: tuple[str, ...]
    value: str
    cells: int = Field(ge=1)
    """Of the sample, that have the value."""
    rows: int = Field(ge=1)
    """Of the sample, in the group."""


class Determinant(Contract):
    """Columns that determine another one, apart from noise."""

    columns: tuple[str, ...] = Field(min_length=1, max_length=2)
    weight: float = Field(gt=0)
    """What its vote counts: -ln of how often it is violated."""
    witness: str = ""
    """Another column that it determines. Where that has another group's value too, it is the
    determinant's own cell that is wrong, and its vote is void."""
    circle: int = Field(default=0, ge=0)
    """Determinants of one circle determine one another, and speak with one voice."""
    groups: tuple[KnownGroup, ...] = Field(default=(), max_length=KNOWN_GROUPS_MAX)
    """The largest of the sample; for partitions that have hardly any rows of them."""


class FollowDeterminants(_Step):
    """Cells that do not have the value which the columns that determine theirs call for.

    Each determinant votes: the value of most rows of the cell's group is right. A cell is wrong if
    more than half of the voting weight says so. It is repaired when the vote leaves no doubt about
    which cell of the row is the wrong one, and suspected otherwise; a missing value is filled in
    where the group mostly has one.
    """

    kind: Literal["follow_determinants"] = "follow_determinants"
    determinants: tuple[Determinant, ...] = Field(min_length=1, max_length=DETERMINANTS_MAX)
    exchanges_are_errors: bool = False
    """A value that is no slip is repaired too, if nothing speaks for it and either two determinants
    or one and its witness against it. Without slips, two circles have to speak against it."""
    exceptions_are_meant: bool = False
    """Nothing is said of values that are no slips: they are the way of the world, such as a
    customer's new town."""

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The column and all that determine it."""
        read = [
            name for each in self.determinants for name in (*each.columns, each.witness) if name
        ]
        return (self.column, *dict.fromkeys(read))


class TrustedSource(Contract):
    """How often a source is right."""

    source: str
    accuracy: Confidence


class CopyingSources(Contract):
    """How likely two sources are not to speak independently of one another."""

    first: str
    """Before the other one in the order of the alphabet."""
    second: str
    likelihood: Confidence


class TrustSources(_Step):
    """Cells in which a source says something else than those that are to be believed.

    Rows with the same entity report about the same thing, each by its source. The votes of sources
    count by how often they are right, and less where one is likely to copy another.
    """

    kind: Literal["trust_sources"] = "trust_sources"
    entity: str
    source: str
    trusted: tuple[TrustedSource, ...] = Field(max_length=SOURCES_MAX)
    copying: tuple[CopyingSources, ...] = Field(default=(), max_length=COPYING_MAX)
    belief_min: Confidence
    """How sure it must be that a value is wrong, to overwrite it and not only suspect it."""

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The column, the entity and the source."""
        return (self.column, self.entity, self.source)


class _Pairwise(_Step):
    """Two steps mend two cells of a row at once, each its own column's."""

    pair: tuple[str, str]
    """The columns, the step's own among them."""

    @property
    def columns_read(self) -> tuple[str, ...]:
        """Both columns."""
        return self.pair


class SplitOff(_Pairwise):
    """The first column's cell ends with a value of the second one, whose cell is missing.

    The value is one that the second column has elsewhere; it moves there.
    """

    kind: Literal["split_off"] = "split_off"


class SwapBack(_Pairwise):
    """Each of two cells has a value that is usual in the other's column and not in its own."""

    kind: Literal["swap_back"] = "swap_back"


RecipeStep = Annotated[
    MapValues
    | RewritePattern
    | SplitOff
    | SwapBack
    | FollowDeterminants
    | TrustSources
    | FlagMissing,
    Field(discriminator="kind"),
]


class Recipe(Contract):
    """Steps, in the order in which they are applied."""

    steps: tuple[RecipeStep, ...] = Field(default=(), max_length=STEPS_MAX)

    @property
    def cells(self) -> int:
        """How many findings the steps had in the sample."""
        return sum(step.changes for step in self.steps)
