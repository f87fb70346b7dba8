"""What a specialist can do: names of operators, or of roles that stand for several."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from agent_worker.domain.actions import OPERATORS, VALIDATE_PROPOSAL

EVERYTHING = "all"

ROLES: dict[str, tuple[str, ...]] = {
    "reader": (
        "discover_sources",
        "discover_tables",
        "discover_batches",
        "discover_missing",
        "observe_source",
        "load_contract",
        "profile_partition",
        "propose_schema",
        "propose_migration",
        "find_drift",
        "propose_drift",
    ),
    "cleaner": (
        "clean_partition",
        "set_aside_partition",
        "validate_partition",
        "report_quality",
        "migrate_partition",
    ),
    "shaper": (
        "aggregate_partition",
        "merge_aggregates",
        "split_partition",
        "join_partition",
        "join_bucket",
        "deduplicate_partition",
        "deduplicate_bucket",
        "compact_partition",
        "summarize_tables",
    ),
    "publisher": (
        "publish_table",
        "publish_parts",
        "withdraw_table",
        "append_batches",
        "append_table",
        "export_dataset",
        "export_topic",
    ),
    "elector": (VALIDATE_PROPOSAL,),
    EVERYTHING: OPERATORS,
}
"""Each operator is part of one role, and of `all`."""


def capabilities_of(names: str) -> tuple[str, ...]:
    """Return the capabilities that names of roles and operators stand for, as they are listed.

    Args:
        names: Separated by commas, such as `reader,elector` or `clean_partition`.

    Raises:
        ValueError: one is no name of either, or there is none.
    """
    asked = [name.strip() for name in names.split(",")]
    wanted = {capability for name in asked for capability in _meant_by(name)}
    return tuple(capability for capability in OPERATORS if capability in wanted)


def _meant_by(name: str) -> Iterator[str]:
    if name in ROLES:
        yield from ROLES[name]
    elif name in OPERATORS:
        yield name
    else:
        raise ValueError(f"{name!r} is no capability; {_suggestion(name, (*ROLES, *OPERATORS))}")


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, tuple(known), n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"write a role ({', '.join(ROLES)}) or an operator, separated by commas"
