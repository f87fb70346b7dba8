"""What the parameters of all goal types have in common, and the fields that several have."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from shared.contracts.vocabulary import Contract, QualityScore

SOURCES_MAX = 100
"""Patterns in one goal; each may match many files, so people need one or two."""

SOURCE_CHARACTERS_MAX = 1024
COLUMN_CHARACTERS_MAX = 128
KEY_COLUMNS_MAX = 32
"""PostgreSQL's own limit on the columns of an index."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""The name of a table or of a data set."""

TableName = Annotated[
    Name,
    Field(description="the table's name: small letters, digits and _, at most 63, a letter first"),
]

DatasetName = Annotated[
    Name,
    Field(description="the data set's name: small letters, digits and _, a letter first"),
]

ColumnName = Annotated[str, Field(min_length=1, max_length=COLUMN_CHARACTERS_MAX)]

KeyColumns = Annotated[
    tuple[ColumnName, ...],
    Field(
        max_length=KEY_COLUMNS_MAX,
        description="a list of the columns that tell rows apart; empty for whole rows",
    ),
]

QualityMin = Annotated[
    QualityScore,
    Field(description="the least quality that is acceptable, a number from 0 to 1"),
]

Contracted = Annotated[
    Annotated[str, Field(max_length=SOURCE_CHARACTERS_MAX)] | dict[str, JsonValue],
    Field(
        description="a data contract (ODCS, version 3), written out or as the URI of its file; "
        "empty for none"
    ),
]

QualityWeights = Annotated[
    dict[
        Literal["completeness", "validity", "uniqueness", "consistency", "timeliness"],
        Annotated[float, Field(ge=0, le=1_000)],
    ],
    Field(description="how much each dimension weighs in the score; 1 where nothing is said"),
]

SourceUri = Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX)]

SourceUris = Annotated[
    tuple[SourceUri, ...],
    Field(
        min_length=1,
        max_length=SOURCES_MAX,
        description="a list of URIs of files to read, such as file:///srv/trips/*.csv",
    ),
]


class GoalParameters(Contract):
    """The base of every goal type's parameters."""

    def judged_sources(self) -> Iterator[tuple[str, str]]:
        """Yield every URI that must lie where goals may read, with the name of its field."""
        yield from ()

    def judged_topics(self) -> Iterator[tuple[str, str]]:
        """Yield every URI of a topic whose broker goals must be allowed to read, likewise."""
        yield from ()

    def judged_sinks(self) -> Iterator[tuple[str, str]]:
        """Yield every URI of a topic that goals must be allowed to write to, likewise."""
        yield from ()


class GoalWithSources(GoalParameters):
    """The base of goal types that read files."""

    sources: SourceUris

    def judged_sources(self) -> Iterator[tuple[str, str]]:
        """Yield the sources."""
        yield from ((f"sources.{number}", source) for number, source in enumerate(self.sources))


class GoalWithContract(GoalParameters):
    """The base of goal types whose data may be declared."""

    contract: Contracted = ""
    quality_weights: QualityWeights = Field(default_factory=dict)

    def judged_sources(self) -> Iterator[tuple[str, str]]:
        """Yield the contract, if it is a file, besides the sources."""
        yield from super().judged_sources()
        if isinstance(self.contract, str) and self.contract:
            yield "contract", self.contract
