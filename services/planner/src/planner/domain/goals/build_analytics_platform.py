"""The goal type build_analytics_platform: several tables, each by the goal type that it names."""

import json
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, cast

from pydantic import Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from planner.domain.goals.aggregate_table import AggregateTable
from planner.domain.goals.base import GoalParameters, TableName
from planner.domain.goals.deduplicate import Deduplicate
from planner.domain.goals.ingest_table import IngestTable
from planner.domain.goals.join_tables import JoinTables
from planner.domain.goals.wording import wording_of
from shared.contracts.vocabulary import Contract, Parameters

TABLES_MAX = 100
"""Tables of one platform: the plan of each is a plan of its own size."""

BUILDS: Mapping[str, type[GoalParameters]] = {
    "ingest_table": IngestTable,
    "aggregate_table": AggregateTable,
    "join_tables": JoinTables,
    "deduplicate": Deduplicate,
}
"""The goal types that build a table, by name."""

TABLE_PARAMETERS = ("source", "left", "right")
"""Under which of its parameters a goal type names tables that it reads."""

_Place = tuple[int | str, ...]


class TableSpec(Contract):
    """What all specifications of tables have, whichever goal type builds them."""

    table: TableName
    build: str
    reads: tuple[TableName, ...] = ()


class BuildAnalyticsPlatform(GoalParameters):
    """Build several tables, of files and of one another, in the order that their data ask for."""

    tables: Annotated[
        tuple[Parameters, ...],
        Field(
            min_length=1,
            max_length=TABLES_MAX,
            description="a list of tables, each with table (its name), build (the goal type: "
            f"{', '.join(BUILDS)}), reads (tables of this list) and what that goal type asks for",
        ),
    ]

    @field_validator("tables")
    @classmethod
    def _fit_together(cls, tables: tuple[Parameters, ...]) -> tuple[Parameters, ...]:
        specs = tuple(_accepted(number, table) for number, table in enumerate(tables))
        wrong = [*_repeated(specs), *_unknown(specs), *_unlisted(specs)]
        if wrong:
            raise _invalid(wrong)
        _check_order(specs)
        return specs

    def judged_sources(self) -> Iterator[tuple[str, str]]:
        """Yield the sources of the tables that are built from files."""
        for number, spec in enumerate(self.tables):
            sources = cast("list[str]", spec.get("sources", []))
            for place, source in enumerate(sources):
                yield f"tables.{number}.sources.{place}", source
            contract = spec.get("contract", "")
            if isinstance(contract, str) and contract:
                yield f"tables.{number}.contract", contract


def _accepted(number: int, given: Parameters) -> Parameters:
    """Return a specification with all defaults of its goal type filled in."""
    of_every_table = {name: given[name] for name in TableSpec.model_fields if name in given}
    spec = _validated(number, TableSpec, of_every_table)
    kind = BUILDS.get(cast("str", spec["build"]))
    if kind is None:
        names = ", ".join(BUILDS)
        raise _invalid([((number, "build"), f"{spec['build']!r} builds no table; name {names}")])
    own = {name: given[name] for name in given if name not in {"build", "reads"}}
    return spec | _validated(number, kind, own)


def _validated(number: int, kind: type[Contract], given: Parameters) -> Parameters:
    try:
        return kind.model_validate_json(json.dumps(given), strict=True).model_dump(mode="json")
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise _invalid([((number, *each["loc"]), wording_of(each)) for each in found]) from error


def _repeated(specs: tuple[Parameters, ...]) -> Iterator[tuple[_Place, str]]:
    names = [spec["table"] for spec in specs]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield (number, "table"), f"two tables are called {name}"


def _unknown(specs: tuple[Parameters, ...]) -> Iterator[tuple[_Place, str]]:
    names = {str(spec["table"]) for spec in specs}
    for number, spec in enumerate(specs):
        for place, read in enumerate(_reads(spec)):
            if read not in names:
                yield (number, "reads", place), f"this platform has no table {read}"


def _unlisted(specs: tuple[Parameters, ...]) -> Iterator[tuple[_Place, str]]:
    """What is built here and read there has to be built first, so somebody has to say so."""
    names = {str(spec["table"]) for spec in specs}
    for number, spec in enumerate(specs):
        for parameter in TABLE_PARAMETERS:
            read = spec.get(parameter)
            if read in names and read not in _reads(spec):
                yield (number, "reads"), f"{parameter} is {read}, which belongs among the reads"


def _check_order(specs: tuple[Parameters, ...]) -> None:
    order = TopologicalSorter({str(spec["table"]): _reads(spec) for spec in specs})
    try:
        order.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        number = [spec["table"] for spec in specs].index(circle[-1])
        told = f"tables read one another in a circle: {', '.join(reversed(circle))}"
        raise _invalid([((number, "reads"), told)]) from error


def _reads(spec: Parameters) -> list[str]:
    return cast("list[str]", spec["reads"])


def _invalid(wrong: list[tuple[_Place, str]]) -> ValidationError:
    """Return the error that names each field by its path; what is around it adds its own."""
    lines = [
        InitErrorDetails(
            type=PydanticCustomError("tables", "{told}", {"told": told}), loc=place, input=None
        )
        for place, told in wrong
    ]
    return ValidationError.from_exception_data("tables", lines)
