"""Finding how new data differ from a table's contract, from their profile alone.

A column has another type when the contract's does not hold the values. It has another name when the
values of one that is new are its own, or else when a name in its place is spelt alike; whether the
values bear that out is for electors to see.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from agent_worker.domain.changes import Change, ChangeKind
from agent_worker.domain.column_inference import TYPE_SHARE_MIN, formats_in, infer_column
from agent_worker.domain.data_types import DataType
from agent_worker.domain.drift import Drift, DriftGroup
from agent_worker.domain.profile import ColumnProfile, PartitionProfile, Reading
from agent_worker.domain.renames import Rename
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.type_changes import is_widening

CONTRADICTIONS_MIN = 3
"""Values that a type does not hold; fewer are slips, whatever share of a short file they are."""

NAMES_ALIKE_MIN = 0.7
"""Of two names in the same place: `tailnum` and `tail_num` are one column unless values say
otherwise, and electors look at the values."""

_HELD = {
    DataType.BIGINT: (Reading.INTEGER, Reading.INTEGRAL),
    DataType.DOUBLE: (Reading.INTEGER, Reading.INTEGRAL, Reading.DECIMAL),
    DataType.BOOLEAN: (Reading.BOOLEAN, Reading.INTEGER),
    DataType.DATE: (Reading.TIME,),
    DataType.TIMESTAMP: (Reading.TIME,),
}
"""The readings that a type holds; a text column holds all."""


def strangers_of(
    contract: TableContract, profile: PartitionProfile
) -> tuple[tuple[ColumnContract, ...], tuple[ColumnProfile, ...]]:
    """Return the contract's columns that a partition lacks, and those that only it has."""
    header = tuple(column.name for column in profile.columns)
    unknown = contract.unknown_in(header)
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    return (
        tuple(column for column, source in sources if source is None),
        tuple(column for column in profile.columns if column.name in unknown),
    )


def drift_of(
    contract: TableContract, profile: PartitionProfile, renames: Sequence[Rename] = ()
) -> Drift:
    """Return how a partition differs from the contract.

    Args:
        contract: The table's.
        profile: The partition's.
        renames: Those that the values of both tell; other names are matched by their spelling.
    """
    columns = {column.name: column for column in profile.columns}
    header = tuple(columns)
    sources = [*zip(contract.columns, contract.sources_of(header), strict=True)]
    absent, unknown = strangers_of(contract, profile)
    renamed = _renamed(contract, profile, renames)
    found = {column.name: columns[header[at]] for column, at in sources if at is not None}
    found |= {name: columns[alias] for alias, name in renamed.items()}
    changes = [*_retyped(contract, found, header)]
    changes += [_added(column, header) for column in unknown if column.name not in renamed]
    missing = [column for column in absent if column.name not in renamed.values()]
    changes += [
        Change(kind=ChangeKind.NULLABILITY, column=column.name, nullable=True)
        for column in missing
        if not column.nullable
    ]
    recast = {change.column: change.data_type for change in changes if change.column in found}
    timed = {change.column for change in changes if change.data_type and change.data_type.is_time}
    timed |= {column.name for column, _ in sources if _is_respelt(column, found.get(column.name))}
    return Drift(
        changes=tuple(changes),
        renamed=renamed,
        missing=tuple(column.name for column in missing if _is_expected(column)),
        formats={name: formats_in(found.get(name) or columns[name]) for name in sorted(timed)},
        unreadable={
            name: unheld
            for name, kind in recast.items()
            if kind is not None and (unheld := _unheld(found[name], kind))
        },
        evidence=(*_evidence(found, recast), *_told_renames(renamed, renames)),
    )


def grouped(drifts: Sequence[tuple[PartitionProfile, Drift]]) -> tuple[DriftGroup, ...]:
    """Put partitions together that differ alike, or that want different things of one column."""
    groups: list[tuple[Drift, list[PartitionProfile]]] = []
    for profile, drift in drifts:
        asked, profiles = drift, [profile]
        for group in [group for group in groups if _is_one_question(group[0], asked)]:
            groups.remove(group)
            asked, profiles = _joined(group[0], asked), [*group[1], *profiles]
        groups.append((asked, profiles))
    return tuple(
        DriftGroup(
            name=f"drift-{number}",
            drift=drift,
            partitions=tuple(profile.partition for profile in profiles),
            rows=sum(profile.rows for profile in profiles),
        )
        for number, (drift, profiles) in enumerate(groups, start=1)
    )


def _renamed(
    contract: TableContract, profile: PartitionProfile, renames: Sequence[Rename]
) -> dict[str, str]:
    """Match the data's names to the table's: by values, else respelt in the same place."""
    absent, unknown = strangers_of(contract, profile)
    places = {column.name: place for place, column in enumerate(contract.columns)}
    renamed = {rename.alias: rename.name for rename in renames}
    for column in absent:
        for found in unknown:
            alike = SequenceMatcher(None, column.name.lower(), found.name.lower()).ratio()
            is_there = places[column.name] == found.position
            is_free = found.name not in renamed and column.name not in renamed.values()
            if is_there and is_free and alike >= NAMES_ALIKE_MIN:
                renamed[found.name] = column.name
    return renamed


def _retyped(
    contract: TableContract, found: Mapping[str, ColumnProfile], header: Sequence[str]
) -> Iterable[Change]:
    for column in contract.columns:
        profile = found.get(column.name)
        target = None if profile is None else _other_type(column, profile, header)
        if target is not None:
            is_wider = target is not DataType.VARCHAR
            kind = ChangeKind.WIDEN if is_wider else ChangeKind.RETYPE
            yield Change(kind=kind, column=column.name, data_type=target)


def _other_type(
    column: ColumnContract, profile: ColumnProfile, header: Sequence[str]
) -> DataType | None:
    """Return the type that holds the column's values and the new ones; None if it has it."""
    kind, read = column.data_type, _inferred(profile, header).data_type
    if kind is DataType.VARCHAR or is_widening(read, kind) or not profile.present:
        return None
    conversions = Reading.UNIT if column.conversions else Reading.ABSENT
    glued = Reading.GLUED if column.prefix_column else Reading.ABSENT
    known = profile.count(*_HELD[kind], *({conversions, glued} - {Reading.ABSENT}))
    if (kind, read) == (DataType.DATE, DataType.TIMESTAMP):
        known = 0  # A time of day is what a date would cut off.
    if profile.present - known < CONTRADICTIONS_MIN:
        return None
    return read if is_widening(kind, read) else DataType.VARCHAR


def _is_respelt(column: ColumnContract, profile: ColumnProfile | None) -> bool:
    """Tell whether the column's times are written in ways that the contract does not read."""
    if profile is None or not column.data_type.is_time or not formats_in(profile):
        return False
    read = sum(profile.formats.get(known, 0) for known in column.formats)
    written = profile.count(Reading.TIME)
    return written - read >= CONTRADICTIONS_MIN and read < TYPE_SHARE_MIN * written


def _unheld(profile: ColumnProfile, kind: DataType) -> int:
    return 0 if kind is DataType.VARCHAR else profile.present - profile.count(*_HELD[kind])


def _added(profile: ColumnProfile, header: Sequence[str]) -> Change:
    kind = _inferred(profile, header).data_type
    return Change(kind=ChangeKind.ADD, column=profile.name, data_type=kind, nullable=True)


def _inferred(profile: ColumnProfile, header: Sequence[str]) -> ColumnContract:
    canonical = {name: name for name in header}
    return infer_column(profile, aliases=(), canonical=canonical, is_everywhere=True).column


def _is_expected(column: ColumnContract) -> bool:
    return column.nearly_complete or not column.nullable


def _evidence(
    found: Mapping[str, ColumnProfile],
    recast: Mapping[str, DataType | None],
) -> Iterable[str]:
    for name in recast:
        profile = found[name]
        seen = ", ".join(
            f"{cells} {reading}"
            for reading, cells in sorted(profile.readings.items(), key=lambda each: -each[1])
        )
        yield f"`{name}` reads as {seen}, such as {', '.join(profile.examples[:2])}."


def _told_renames(renamed: Mapping[str, str], renames: Sequence[Rename]) -> Iterable[str]:
    told = {rename.alias: rename.told for rename in renames}
    for alias, name in renamed.items():
        seen = told.get(alias, "it stands in the same place and is spelt alike")
        yield f"`{alias}` is taken for `{name}`: {seen}."


def _is_one_question(one: Drift, other: Drift) -> bool:
    """Tell whether two drifts are the same, or want different things of one column."""
    if one.fingerprint == other.fingerprint:
        return True
    asked = {change.column: change for change in one.changes}
    return any(asked.get(change.column, change) != change for change in other.changes)


def _joined(one: Drift, other: Drift) -> Drift:
    """Return one drift that suits both: of two types for a column the one that holds the other."""
    changes = {change.column: change for change in one.changes}
    for change in other.changes:
        known = changes.get(change.column, change)
        changes[change.column] = _wider(known, change)
    return Drift(
        changes=tuple(changes.values()),
        renamed={**one.renamed, **other.renamed},
        missing=tuple(dict.fromkeys((*one.missing, *other.missing))),
        formats={
            name: tuple(dict.fromkeys((*one.formats.get(name, ()), *other.formats.get(name, ()))))
            for name in (*one.formats, *other.formats)
        },
        unreadable={
            name: one.unreadable.get(name, 0) + other.unreadable.get(name, 0)
            for name in (*one.unreadable, *other.unreadable)
        },
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
    )


def _wider(one: Change, other: Change) -> Change:
    if one.data_type is None or other.data_type is None or one == other:
        return one
    if is_widening(one.data_type, other.data_type):
        return other
    if is_widening(other.data_type, one.data_type):
        return one
    return one.model_copy(update={"data_type": DataType.VARCHAR})
