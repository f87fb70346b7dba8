"""Reading a contract file: text in, a declared table out, or everything that is wrong with it."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from agent_worker.domain.data_types import DataType
from agent_worker.domain.declared import DeclaredColumn, DeclaredTable
from agent_worker.domain.odcs.column_types import (
    ColumnTypeError,
    data_type_of,
    formats_of,
    option_rules,
)
from agent_worker.domain.odcs.quality_rules import QualityError, name_of, rule_of
from agent_worker.domain.odcs.remarks import ContractRemark, UnsoundContractError
from agent_worker.domain.odcs.shapes import (
    ContractShape,
    CustomProperty,
    ObjectShape,
    PropertyShape,
    QualityShape,
    ServiceLevelShape,
)
from agent_worker.domain.odcs.tree import ContractTree, Place, read_yaml
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.fitting import rule_problems
from agent_worker.domain.rules.rule import Rule

SECONDS = {
    "s": 1, "second": 1, "seconds": 1, "m": 60, "minute": 60, "minutes": 60, "h": 3600,
    "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800,
    "week": 604_800, "weeks": 604_800,
}  # fmt: skip
FRESHNESS = {"freshness", "latency"}
COLUMN_PROPERTIES = {"aliases", "unit", "formats"}
"""Custom properties that a column understands."""


def read_contract(text: str, source: str, table: str = "") -> DeclaredTable:
    """Return what a contract file declares of a table.

    Args:
        text: YAML, or JSON, which is YAML too.
        source: What errors call the file.
        table: Which of several tables is meant; where there is one, it is that.

    Raises:
        UnsoundContractError: it cannot be kept; the error says everything that is wrong.
    """
    return read_declared(read_yaml(text, source), table)


def read_declared(tree: ContractTree, table: str = "") -> DeclaredTable:
    """Return what a contract declares of a table; raises as `read_contract` does."""
    try:
        shape = ContractShape.model_validate(tree.content)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A list whose parts are wrong also counts as too short.
        inner = {each["loc"][:end] for each in errors for end in range(len(each["loc"]))}
        found = (_shape_remark(tree, each) for each in errors if each["loc"] not in inner)
        raise UnsoundContractError(dict.fromkeys(found)) from None
    return _Reader(tree, shape, _number_of(tree, shape, table)).read()


def _number_of(tree: ContractTree, shape: ContractShape, table: str) -> int:
    names = [(each.name, each.physicalName) for each in shape.schema_]
    found = [at for at, known in enumerate(names) if table in known]
    if found:
        return found[0]
    if len(names) == 1:
        return 0
    told = ", ".join(name for name, _ in names)
    remark = tree.remark(("schema",), f"there is no table {table} among {told}", "name one of them")
    raise UnsoundContractError([remark])


def _shape_remark(tree: ContractTree, error: ErrorDetails) -> ContractRemark:
    place = tuple(error["loc"])
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(str(place[-1]), _fields_at(place[:-1]), n=1)
            remedy = f"did you mean {near[0]}?" if near else "leave it out, or use customProperties"
            return tree.remark(place, "the standard has no such field here", remedy)
        case "missing":
            return tree.remark(place, "this field is missing", "add it")
        case _:
            return tree.remark(place, error["msg"], "see docs/contracts.md for what stands here")


def _fields_at(place: Place) -> list[str]:
    """Return the fields of the part at a place, by the last name on the way to it."""
    kinds: dict[str, type[BaseModel]] = {
        "schema": ObjectShape,
        "properties": PropertyShape,
        "quality": QualityShape,
        "slaProperties": ServiceLevelShape,
        "customProperties": CustomProperty,
    }
    named = [part for part in place if isinstance(part, str)]
    kind = kinds.get(named[-1], ContractShape) if named else ContractShape
    return [field.alias or name for name, field in kind.model_fields.items()]


class _Reader:
    """Collects what one table of a contract says, and what is wrong with it."""

    def __init__(self, tree: ContractTree, shape: ContractShape, number: int) -> None:
        self._tree = tree
        self._shape = shape
        self._place: Place = ("schema", number)
        self._object = shape.schema_[number]
        self._remarks: list[ContractRemark] = []
        self._notes: list[str] = []
        self._rules: dict[str, tuple[Rule, Place]] = {}

    def read(self) -> DeclaredTable:
        """Return the table; raises as `read_contract` does."""
        columns: list[DeclaredColumn] = []
        for at, column in enumerate(self._object.properties):
            columns.append(self._column(column, (*self._place, "properties", at)))
        self._quality(self._object.quality, (), self._place)
        self._service_levels()
        self._check_fit(columns)
        if self._remarks:
            raise UnsoundContractError(self._remarks)
        return DeclaredTable(
            name=self._object.name,
            columns=tuple(columns),
            key=self._key(),
            rules=tuple(rule for rule, _ in self._rules.values()),
            notes=tuple(self._notes),
        )

    def _column(self, column: PropertyShape, place: Place) -> DeclaredColumn:
        data_type, formats = None, ()
        if column.elements or column.properties:
            self._wrong(place, "columns hold single values", "flatten the table")
        try:
            data_type = data_type_of(column)
            formats = formats_of(column, data_type)
            for rule in option_rules(column, data_type):
                self._add(rule, place)
        except ColumnTypeError as error:
            self._wrong(place, *_divided(error))
        except ValidationError as error:
            self._wrong((*place, "logicalTypeOptions"), error.errors()[0]["msg"], "correct it")
        self._quality(column.quality, (column.name,), place)
        own = self._own(column, place)
        return DeclaredColumn(
            name=column.name,
            data_type=data_type,
            nullable=not (column.required or column.primaryKey),
            aliases=(*_texts(own.get("aliases")), *_physical_alias(column)),
            unit=str(own.get("unit") or ""),
            formats=(*formats, *_texts(own.get("formats"))),
        )

    def _own(self, column: PropertyShape, place: Place) -> dict[str, JsonValue]:
        own = {each.property: each.value for each in column.customProperties}
        self._notes += [
            f"{column.name}: custom property {name} says nothing to agents"
            for name in own
            if name not in COLUMN_PROPERTIES
        ]
        if column.relationships:
            self._wrong(
                (*place, "relationships"),
                "relationships are not read",
                "write a reference of the engine argosy",
            )
        return own

    def _quality(
        self, rules: tuple[QualityShape, ...], columns: tuple[str, ...], place: Place
    ) -> None:
        for at, quality in enumerate(rules):
            here = (*place, "quality", at)
            word = quality.metric or quality.rule or quality.type
            fallback = "_".join((*columns, word, str(at)))
            try:
                rule = rule_of(quality, columns, fallback)
            except QualityError as error:
                self._wrong(here, *_divided(error))
                continue
            if rule is None:
                self._notes.append(f"told in words alone, and not checked: {quality.description}")
            else:
                self._add(rule, here)

    def _service_levels(self) -> None:
        for at, level in enumerate(self._shape.slaProperties):
            place = ("slaProperties", at)
            if level.property not in FRESHNESS:
                self._notes.append(f"service level {level.property} is not checked")
                continue
            table, _, column = level.element.rpartition(".")
            if table not in {"", self._object.name, self._object.physicalName} or not column:
                self._notes.append(f"service level {level.property} is of {level.element or 'all'}")
                continue
            seconds = SECONDS.get(level.unit.lower())
            if seconds is None or not isinstance(level.value, int | float):
                self._wrong(place, "this is no length of time", "give a number and unit s, m, h, d")
                continue
            check = checks.FreshWithin(seconds_max=float(level.value) * seconds)
            name = name_of(f"{column}_{level.property}")
            self._add(Rule(id=name, check=check, columns=(column,)), place)

    def _add(self, rule: Rule, place: Place) -> None:
        if rule.id in self._rules:
            self._wrong(place, f"another rule is called {rule.id}", "give it another name or id")
        self._rules[rule.id] = (rule, place)

    def _check_fit(self, columns: list[DeclaredColumn]) -> None:
        types = {column.name: column.data_type or DataType.VARCHAR for column in columns}
        untyped = {column.name for column in columns if column.data_type is None}
        for rule, place in self._rules.values():
            if not untyped & set(rule.columns):
                for problem in rule_problems([rule], types):
                    self._wrong(place, *_divided(problem))

    def _key(self) -> tuple[str, ...]:
        keyed = [column for column in self._object.properties if column.primaryKey]
        ordered = sorted(keyed, key=lambda column: column.primaryKeyPosition)
        return tuple(column.name for column in ordered)

    def _wrong(self, place: Place, detail: str, remedy: str) -> None:
        self._remarks.append(self._tree.remark(place, detail, remedy))


def _divided(error: Exception | str) -> tuple[str, str]:
    """Divide a message into what is wrong and what to do."""
    detail, _, remedy = str(error).rpartition("; ")
    return (detail, remedy) if detail else (remedy, "correct it")


def _texts(given: JsonValue) -> Iterator[str]:
    if isinstance(given, list):
        yield from map(str, given)


def _physical_alias(column: PropertyShape) -> Iterator[str]:
    if column.physicalName and column.physicalName != column.name:
        yield column.physicalName
