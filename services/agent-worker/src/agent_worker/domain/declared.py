"""What somebody declares of a table before any agent has looked at it."""

from pydantic import Field

from agent_worker.domain.data_types import DataType
from agent_worker.domain.rules.rule import Rule
from shared.contracts.vocabulary import Contract

DECLARED_RULES_MAX = 300
"""Leaves room in a contract for what agents propose beside it."""


class DeclaredColumn(Contract):
    """A column as declared; what is not said, the data says."""

    name: str
    data_type: DataType | None = None
    nullable: bool = True
    aliases: tuple[str, ...] = ()
    unit: str = ""
    formats: tuple[str, ...] = ()
    """Time formats, in strptime's language, the usual one first."""


class DeclaredTable(Contract):
    """A table as declared."""

    name: str
    columns: tuple[DeclaredColumn, ...] = Field(min_length=1)
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = Field(default=(), max_length=DECLARED_RULES_MAX)
    notes: tuple[str, ...] = ()
    """What the declaration says and nobody checks."""
