"""What rules come to in the tally of a judged table: failing cells by class, columns by name."""

from collections.abc import Mapping

import duckdb

from agent_worker.capabilities.rule_checks import (
    BIT_OF,
    CLASS_MASK,
    COPY_BIT,
    FOUND_BIT,
    RuleTests,
)
from agent_worker.domain.cleaning import CellClass, FailingCells
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.findings import RuleCount
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.schema_contract import TableContract

Header = tuple[str, ...]


def failing_of(
    rows: duckdb.DuckDBPyRelation, tests: RuleTests, found: str = ""
) -> dict[str, tuple[FailingCells, ...]]:
    """Count the cells that binding rules charge, by column.

    Args:
        rows: Usable rows: line, is_copy, and what the rules' columns stand for.
        tests: The rules.
        found: A query of line and place of the cells that a recipe found wrong.
    """
    states = tests.states()
    if not states:
        return {}
    marks = [
        f"{state} + if(is_copy, {COPY_BIT}, 0) + {_found(place, found)} as s{place}"
        for place, state in states.items()
    ]
    histograms = rows.project(", ".join(marks)).aggregate(
        ", ".join(f"histogram(s{place})" for place in states)
    )
    return {
        tests.columns[place].name: failing_cells(histogram or {})
        for place, histogram in zip(states, histograms.fetchall()[0], strict=True)
    }


def _found(place: int, found: str) -> str:
    if not found:
        return "0"
    return f"if(line in (select line from ({found}) where place = {place}), {FOUND_BIT}, 0)"  # noqa: S608 - a query of our own


def failing_cells(histogram: Mapping[int, int]) -> tuple[FailingCells, ...]:
    """Return the groups of failing cells in a count of cells by their state."""
    groups: list[FailingCells] = []
    for state, cells in sorted(histogram.items()):
        failed = tuple(dimension for dimension, bit in BIT_OF.items() if state & bit)
        if failed:
            groups.append(
                FailingCells(
                    cell_class=CellClass(state & CLASS_MASK),
                    dimensions=failed,
                    cells=cells,
                    is_found=bool(state & FOUND_BIT),
                    is_copy=bool(state & COPY_BIT),
                )
            )
    return tuple(groups)


def count_columns(contract: TableContract, header: Header) -> tuple[RuleCount, ...]:
    """Count for rules about the schema the columns that a source is held against, and the odd."""
    return tuple(
        RuleCount(
            rule=rule.id,
            evaluated=len(contract.columns),
            failed=len(_differences(contract, header, rule)),
        )
        for rule in contract.asked_rules
        if isinstance(rule.check, checks.SchemaMatches)
    )


def mismatch_of(contract: TableContract, header: Header) -> str:
    """Return why a binding rule says that the source is not what was declared; empty if none."""
    for rule in contract.asked_rules:
        differences = _differences(contract, header, rule)
        if rule.is_binding and len(differences) > rule.tolerated * len(contract.columns):
            return f"rule {rule.id}: {', '.join(differences)}"
    return ""


def _differences(contract: TableContract, header: Header, rule: Rule) -> list[str]:
    if not isinstance(rule.check, checks.SchemaMatches):
        return []
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    missing = [f"column {column.name} is missing" for column, place in sources if place is None]
    if not rule.check.exact:
        return missing
    return missing + [f"column {name} is not declared" for name in contract.unknown_in(header)]
