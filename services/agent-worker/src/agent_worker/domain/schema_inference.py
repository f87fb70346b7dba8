"""From the profiles of all partitions to one schema, with the evidence in words.

The rules are cautious: a type must read nearly all values, a range must lie far outside what is
usual, and where two readings are equally likely neither is taken.
"""

from collections.abc import Sequence

from agent_worker.domain.column_inference import Finding, infer_column
from agent_worker.domain.declared import DeclaredTable
from agent_worker.domain.declared_binding import bind_declared
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import ColumnProfile, PartitionProfile, merge_columns
from agent_worker.domain.renames import Rename, find_renames
from agent_worker.domain.rule_proposals import propose_rules
from agent_worker.domain.schema_contract import ColumnContract, TableContract

DUPLICATE_SHARE_MAX = 0.05
"""Rarer full copies are mistakes; more often, equal rows are how the table is."""


def propose_contract(
    profiles: Sequence[PartitionProfile],
    *,
    table: str,
    key: tuple[str, ...],
    quality_min: float,
    declared: DeclaredTable | None = None,
) -> TableContract:
    """Propose the schema that reads all partitions; what is declared binds.

    Raises:
        ActionFailedError: there is no partition, the key names a column that none has, or the
            sources cannot be read as declared.
    """
    if not profiles:
        raise ActionFailedError(
            "no_partitions",
            f"table {table}: no partition was profiled",
            remedy="Check that the goal's sources match at least one file.",
        )
    by_name = _by_name(profiles)
    renames = find_renames(by_name)
    inferred = _infer_all(by_name, renames, partitions=len(profiles))
    findings = [_with_names(finding, renames, by_name) for finding in inferred]
    columns = tuple(_required(finding.column, key) for finding in findings)
    if declared is None:
        _check_key(key, columns, table)
    copies = _copies(profiles, len(columns))
    contract = TableContract(
        table=table,
        columns=columns,
        key=key,
        distinct_rows=bool(copies),
        quality_min=quality_min,
        evidence=(*(said for finding in findings for said in finding.evidence), *copies),
    )
    if declared is not None:
        contract = bind_declared(contract, declared, findings)
    return _with_proposals(contract, findings, is_one_partition=len(profiles) == 1)


def _copies(profiles: Sequence[PartitionProfile], width: int) -> tuple[str, ...]:
    """Say of rows that repeat others by mistake; in a list of single values, anything may recur."""
    rows = sum(profile.rows for profile in profiles)
    copies = sum(profile.duplicate_rows for profile in profiles)
    if width == 1 or not 0 < copies <= DUPLICATE_SHARE_MAX * rows:
        return ()
    return (f"{copies} of {rows} rows are full copies of another one; they are mistakes.",)


def _with_proposals(
    contract: TableContract, findings: Sequence[Finding], *, is_one_partition: bool
) -> TableContract:
    """Add the rules that the columns of the table follow without being told to."""
    kept = {column.name for column in contract.columns}
    proposed = propose_rules(
        [finding for finding in findings if finding.column.name in kept],
        contract.rules,
        is_one_partition=is_one_partition,
    )
    return contract.model_copy(update={"rules": (*contract.rules, *proposed)})


def _by_name(profiles: Sequence[PartitionProfile]) -> dict[str, dict[str, ColumnProfile]]:
    by_name: dict[str, dict[str, ColumnProfile]] = {}
    for profile in profiles:
        for column in profile.columns:
            by_name.setdefault(column.name, {})[profile.partition.name] = column
    return by_name


def _infer_all(
    by_name: dict[str, dict[str, ColumnProfile]], renames: Sequence[Rename], *, partitions: int
) -> list[Finding]:
    """Infer the columns in the order in which sources have them."""
    names_of = {name: [name] for name in by_name}
    for rename in renames:
        names_of[rename.name] += names_of.pop(rename.alias)
    canonical = {alias: name for name, aliases in names_of.items() for alias in aliases}
    merged = {
        name: merge_columns([column for alias in aliases for column in by_name[alias].values()])
        for name, aliases in names_of.items()
    }
    ordered = sorted(merged.values(), key=lambda column: (column.position, column.name))
    return [
        infer_column(
            column,
            aliases=tuple(names_of[column.name][1:]),
            canonical=canonical,
            is_everywhere=sum(len(by_name[alias]) for alias in names_of[column.name]) == partitions,
        )
        for column in ordered
    ]


def _with_names(
    finding: Finding, renames: Sequence[Rename], by_name: dict[str, dict[str, ColumnProfile]]
) -> Finding:
    told = tuple(
        f"`{rename.alias}` (in {len(by_name[rename.alias])} partitions) is `{rename.name}` (in "
        f"{len(by_name[rename.name])}) under another name: {rename.value_overlap:.0%} of a sample "
        f"of both columns' values are shared, names alike by {rename.name_likeness:.0%}"
        f"{', same place in the file' if rename.same_place else ''}."
        for rename in renames
        if rename.name == finding.column.name
    )
    return Finding(finding.column, finding.profile, (*told, *finding.evidence))


def _required(column: ColumnContract, key: tuple[str, ...]) -> ColumnContract:
    if column.name not in key:
        return column
    return column.model_copy(update={"nullable": False})


def _check_key(key: tuple[str, ...], columns: tuple[ColumnContract, ...], table: str) -> None:
    names = [column.name for column in columns]
    missing = [name for name in key if name not in names]
    if missing:
        raise ActionFailedError(
            "key_column_missing",
            f"table {table}: no source has the key's column {', '.join(missing)}",
            remedy=f"Name columns of the sources as the goal's key: {', '.join(names)}.",
        )
