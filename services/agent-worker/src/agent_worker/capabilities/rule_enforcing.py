"""Rules act: on the values that a table is to get, after every repair and the recipe.

A rule of severity `error` that fails by more than it tolerates stops the task, sets the failing
rows aside, or empties the failing values. Rows that are set aside have no say in a recipe, so it
is applied once more without them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.mending import MendedRows, repaired_cells
from agent_worker.capabilities.rule_checks import NO_REASON, RuleTests, prepare_rules
from agent_worker.capabilities.rule_sql import judged_columns
from agent_worker.capabilities.rule_tallies import failing_of
from agent_worker.domain.cleaning import CellClass, FailingCells, Repair
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.recipe import StepAction
from agent_worker.domain.rules.findings import RuleCount
from agent_worker.domain.rules.rule import OnFail

Failing = dict[str, tuple[FailingCells, ...]]

_READABLE = f"known not in ({CellClass.ABSENT:d}, {CellClass.TOKEN:d})"


@dataclass(frozen=True, slots=True)
class Enforced:
    """A partition as its rules leave it."""

    judged: JudgedTable
    """With the rows that rules set aside among the unusable ones."""
    mended: MendedRows
    """Without what rules emptied, which `empty_values` adds."""
    tests: RuleTests
    counts: tuple[RuleCount, ...]
    """What rules came to, before any of them acted."""
    acting: tuple[str, ...]
    failing_before: Failing
    failing_after: Failing

    def drop(self) -> None:
        """Remove what was stored on the way."""
        connection = self.judged.texts.connection
        connection.execute(f"drop view if exists {self.judged.name}_found")
        self.tests.drop(connection)
        self.judged.forget_mendings()

    def empty_values(self, kept: Collection[Repair]) -> None:
        """Add the values that rules empty to the changes, in place of other repairs of them."""
        emptied = self.tests.emptied(self.acting)
        if not emptied:
            return
        connection = self.judged.texts.connection
        changes = self.mended.mended.changes_name
        final = self.judged.mended_rows(kept, repaired_cells(self.mended))
        name = f"{self.judged.name}_emptied"
        for place, failed in emptied.items():
            value = f"cast(v{place} as varchar)"
            rows = final.filter(f"({failed}) and v{place} is not null")
            rows.project(f"line, {place} as place, {value} as old").to_table(name)
            connection.execute(
                f"delete from {changes} where place = {place} and action = 'repaired'"  # noqa: S608
                f" and line in (select line from {name})"
            )
            reason = sql.text("The value breaks a rule of the contract, which empties it.")
            connection.execute(
                f"insert into {changes} (line, place, old, new, step, action, confidence, reason)"  # noqa: S608
                f" select line, place, old, null, 0, '{StepAction.REPAIRED}', 1, {reason}"
                f" from {name}"
            )
            connection.execute(f"drop table {name}")


def enforce_rules(
    judged: JudgedTable,
    kept: Collection[Repair],
    mend: Callable[[JudgedTable], MendedRows],
) -> Enforced:
    """Ask the rules of the mended rows, and let those act that fail.

    Args:
        judged: The partition.
        kept: The repairs of readings that are applied.
        mend: Applies the recipe.

    Raises:
        ActionFailedError: a rule fails that stops the task.
    """
    mended = mend(judged)
    final = judged.mended_rows(kept, repaired_cells(mended))
    tests = _prepared(judged, final)
    counts = tests.show(final, tests.count(final))
    acting = _acting(judged, counts)
    if _set_aside(judged, final, tests.reason(acting)):
        judged.forget_mendings()
        judged = replace(judged)
        mended = mend(judged)
        final = judged.mended_rows(kept, repaired_cells(mended))
    before, after = _found_wrong(mended)
    return Enforced(
        judged=judged,
        mended=mended,
        tests=tests,
        counts=counts,
        acting=acting,
        failing_before=failing_of(judged.rows.filter("reason = ''"), judged.tests, before),
        failing_after=failing_of(final, tests, after),
    )


def _prepared(judged: JudgedTable, final: duckdb.DuckDBPyRelation) -> RuleTests:
    return prepare_rules(
        judged.tests.rules,
        final,
        judged_columns(judged.contract),
        prefix=f"{judged.name}_final",
        references=judged.tests.references,
    )


def _acting(judged: JudgedTable, counts: Collection[RuleCount]) -> tuple[str, ...]:
    """Return the ids of the rules that fail and may act."""
    by_rule = {count.rule: count for count in counts}
    acting: list[str] = []
    for rule in judged.tests.rules:
        count = by_rule.get(rule.id)
        if count is None or not rule.is_binding:
            continue
        if count.failed <= rule.tolerated * count.evaluated:
            continue
        if rule.on_fail is OnFail.STOP:
            raise ActionFailedError(
                "rule_failed",
                f"{count.failed} of {count.evaluated} rows fail rule {rule.id} ({rule.told}), "
                f"and at most {rule.tolerated:.2%} may",
                remedy="Correct the source, or let the contract's rule tolerate or do something "
                "else than stop.",
            )
        acting.append(rule.id)
    return tuple(acting)


def _set_aside(judged: JudgedTable, final: duckdb.DuckDBPyRelation, reason: str) -> bool:
    """Mark the rows that rules set aside as unusable; tell whether there are any."""
    if reason == NO_REASON:
        return False
    connection, name = judged.texts.connection, f"{judged.name}_aside"
    final.project(f"line, {reason} as reason").filter("reason <> ''").to_table(name)
    ((rows,),) = connection.table(name).aggregate("count(*)").fetchall()
    if rows:
        connection.execute(
            f"update {judged.cells_name} as cells set reason = aside.reason from {name} aside"  # noqa: S608
            f" where cells.line = aside.line"
        )
    connection.execute(f"drop table {name}")
    return bool(rows)


def _found_wrong(mended: MendedRows) -> tuple[str, str]:
    """Return queries of the cells that the recipe found wrong, and of those that still are."""
    if not mended.steps:
        return "", ""
    name = f"{mended.judged.name}_found"
    known = mended.changes().filter(f"{_READABLE} and known < {CellClass.UNREADABLE:d}")
    mended.judged.texts.connection.execute(f"drop view if exists {name}")
    known.create_view(name, replace=True)
    found = f"select line, place from {name}"  # noqa: S608
    left = f"{found} where action <> 'repaired' or new is null"
    return found, left
