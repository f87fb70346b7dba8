"""What is declared binds: types, keys and rules are as declared, spellings as the data has them."""

from collections.abc import Mapping, Sequence

from agent_worker.domain.column_inference import Finding, formats_in
from agent_worker.domain.data_types import DataType
from agent_worker.domain.declared import DeclaredColumn, DeclaredTable
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import BARE_NUMBERS, ColumnProfile, Reading
from agent_worker.domain.rules.fitting import rule_problems
from agent_worker.domain.schema_contract import ColumnContract, TableContract

READABLE_SHARE_MIN = 0.5
"""Where fewer of a column's values can be read as the type declared, it is another column, or
another contract: nothing would be left to clean."""

ISO_FORMATS = {DataType.DATE: ("%Y-%m-%d",), DataType.TIMESTAMP: ("%Y-%m-%d %H:%M:%S",)}
"""How times are read where the data shows no other way."""


def bind_declared(
    contract: TableContract, declared: DeclaredTable, findings: Sequence[Finding]
) -> TableContract:
    """Return the proposed contract with what was declared in it.

    Columns that were not declared are left out, and reported as unknown.

    Raises:
        ActionFailedError: the sources cannot be read as declared, or a rule does not fit.
    """
    by_name: dict[str, Finding] = {}
    for finding in findings:
        for name in (*finding.column.aliases, finding.column.name):
            by_name[name] = finding
    columns = tuple(_bound(column, by_name, contract.table) for column in declared.columns)
    names = {column.name for column in columns}
    key = contract.key or declared.key
    types = {column.name: column.data_type for column in columns}
    problems = rule_problems(declared.rules, types)
    missing = [name for name in key if name not in names]
    if missing:
        problems = (*problems, f"the key's column {missing[0]} is not declared; declare it")
    if problems:
        raise ActionFailedError(
            "contract_unfit",
            f"the contract of table {contract.table} does not fit: {' · '.join(problems)}",
            remedy="Correct the contract that the goal names.",
        )
    told = f"{len(columns)} columns and {len(declared.rules)} rules are declared by a contract."
    return contract.model_copy(
        update={
            "columns": tuple(_on_its_own(column, names, key) for column in columns),
            "key": key,
            "rules": declared.rules,
            "evidence": (told, *declared.notes, *contract.evidence),
        }
    )


def _bound(declared: DeclaredColumn, found: Mapping[str, Finding], table: str) -> ColumnContract:
    names = (declared.name, *declared.aliases)
    finding = next((found[name] for name in names if name in found), None)
    if finding is None:
        return _absent(declared, table)
    column, profile = finding.column, finding.profile
    data_type = declared.data_type or column.data_type
    _check_readable(declared.name, data_type, profile, table)
    others = (column.name, *column.aliases, *declared.aliases)
    update: dict[str, object] = {
        "name": declared.name,
        "aliases": tuple(dict.fromkeys(name for name in others if name != declared.name)),
        "nullable": declared.nullable,
    }
    if declared.unit and declared.unit == column.unit:
        update["unit"] = declared.unit
    if data_type is not column.data_type:
        column = ColumnContract(
            name=column.name,
            data_type=data_type,
            nearly_complete=column.nearly_complete,
            null_tokens=column.null_tokens,
        )
    if data_type.is_time:
        seen = formats_in(profile) or ISO_FORMATS[data_type]
        update["formats"] = tuple(dict.fromkeys((*declared.formats, *seen)))
    return column.model_copy(update=update)


def _absent(declared: DeclaredColumn, table: str) -> ColumnContract:
    if not declared.nullable:
        raise ActionFailedError(
            "contract_column_missing",
            f"table {table}: the contract requires column {declared.name}, which no source has",
            remedy="Correct the sources, or name the source's column among the contract's aliases.",
        )
    data_type = declared.data_type or DataType.VARCHAR
    return ColumnContract(
        name=declared.name,
        data_type=data_type,
        aliases=declared.aliases,
        unit=declared.unit,
        formats=declared.formats or ISO_FORMATS.get(data_type, ()),
    )


def _check_readable(name: str, data_type: DataType, profile: ColumnProfile, table: str) -> None:
    readable = profile.present
    if data_type.is_numeric:
        readable = profile.count(*BARE_NUMBERS, Reading.UNIT, Reading.GLUED)
    elif data_type.is_time:
        readable = profile.count(Reading.TIME)
    elif data_type is DataType.BOOLEAN:
        readable = profile.count(Reading.BOOLEAN)
    if readable < READABLE_SHARE_MIN * profile.present:
        shown = ", ".join(profile.examples)
        raise ActionFailedError(
            "contract_unsatisfied",
            f"table {table}: column {name} is declared as {data_type}, and {readable} of "
            f"{profile.present} values can be read so, such as {shown}",
            remedy="Correct the contract's type, or the sources.",
        )


def _on_its_own(column: ColumnContract, names: set[str], key: tuple[str, ...]) -> ColumnContract:
    """Leave out what refers to columns that were not declared; require what the key needs."""
    update: dict[str, object] = {}
    if column.name in key:
        update["nullable"] = False
    if column.prefix_column and column.prefix_column not in names:
        update["prefix_column"] = ""
    return column.model_copy(update=update)
