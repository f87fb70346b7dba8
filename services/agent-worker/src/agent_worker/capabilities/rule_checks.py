"""Asking all rules of a table's rows: one pass, whatever their number.

Rules about groups of rows, such as keys, come first: each leaves a small table of the lines that
fail. Then all rules are expressions over single rows, and are counted together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.rule_groups import group_test
from agent_worker.capabilities.rule_sql import RowTest, RuleColumn, row_test
from agent_worker.domain.cleaning import RESPELLED, CellClass
from agent_worker.domain.dimensions import CELL_DIMENSIONS, Dimension
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.findings import EXAMPLES_MAX, RuleCount
from agent_worker.domain.rules.rule import GROUPED_KINDS, TABLE_KINDS, OnFail, Rule

SHOWN_CHARACTERS_MAX = 80
"""Longer values are cut where they are shown as examples."""

CLASS_BITS = 4
"""Bits of a cell's state that hold its class; the dimensions that it fails follow."""

CLASS_MASK = (1 << CLASS_BITS) - 1
BIT_OF = {dimension: 1 << (CLASS_BITS + place) for place, dimension in enumerate(CELL_DIMENSIONS)}
FOUND_BIT = 1 << (CLASS_BITS + len(CELL_DIMENSIONS))
COPY_BIT = FOUND_BIT << 1

NO_REASON = "''"
"""The SQL of the reason of rows that no rule sets aside."""

SPELLING_KINDS = {"canonical_number", "no_null_token"}
"""Demands on how values are written, which a cell's class tells as well."""


@dataclass(frozen=True, slots=True)
class RuleTests:
    """Rules made ready to be asked of the rows that they were prepared on, or of some of them."""

    rules: tuple[Rule, ...]
    columns: tuple[RuleColumn, ...]
    tests: tuple[RowTest, ...]
    tables: tuple[str, ...] = ()
    """Tables with the failing lines of rules about groups."""
    references: Mapping[str, duckdb.DuckDBPyRelation] = field(
        default_factory=dict[str, duckdb.DuckDBPyRelation]
    )
    """The rows of each table that a rule refers to."""

    def count(self, rows: duckdb.DuckDBPyRelation) -> tuple[RuleCount, ...]:
        """Count what each rule asks and what fails, in one pass."""
        asked = [test.asked for test in self.tests] + [test.failed for test in self.tests]
        read = [f"({expression}) as b{place}" for place, expression in enumerate(asked)]
        measured = [_measures(rule, self.columns) for rule in self.rules]
        figures = [figure for figures in measured for figure in figures]
        if not read and not figures:
            return ()
        names = [column.value for column in self.columns if figures]
        counts = [f"count(*) filter (b{place})" for place in range(len(read))]
        projected = rows.project(", ".join((*read, *names)) or "line")
        found = list(projected.aggregate(", ".join((*counts, *figures))).fetchall()[0])
        half = len(self.tests)
        counted = {
            test.rule.id: RuleCount(rule=test.rule.id, evaluated=evaluated, failed=failed)
            for test, evaluated, failed in zip(
                self.tests, found[:half], found[half : 2 * half], strict=True
            )
        }
        rest = iter(found[2 * half :])
        for rule, own in zip(self.rules, measured, strict=True):
            if own:
                counted[rule.id] = _measured(rule, [next(rest) for _ in own])
        return tuple(counted[rule.id] for rule in self.rules if rule.id in counted)

    def show(
        self, rows: duckdb.DuckDBPyRelation, counts: Iterable[RuleCount]
    ) -> tuple[RuleCount, ...]:
        """Return the counts with the first failing values of each rule."""
        known = tuple(counts)
        failing = {count.rule for count in known if count.failed}
        tests = [test for test in self.tests if test.rule.id in failing and test.cells]
        if not tests:
            return known
        shown = ", ".join(
            f"arg_min({self._shown(test)}, line, {EXAMPLES_MAX}) filter ({test.failed})"
            for test in tests
        )
        examples = rows.aggregate(shown).fetchall()[0]
        by_rule = {
            test.rule.id: tuple(each) for test, each in zip(tests, examples, strict=True) if each
        }
        return tuple(
            count.model_copy(update={"examples": by_rule.get(count.rule, ())}) for count in known
        )

    def states(self) -> dict[int, str]:
        """Return each charged cell's class with, above its bits, the dimensions that it fails.

        Only binding rules charge cells, and only the columns that they charge are named.
        """
        failing: dict[int, dict[Dimension, list[str]]] = {}
        for test in self.tests:
            if not test.rule.is_binding or test.rule.counts_as not in BIT_OF:
                continue
            for place, failed in test.cells.items():
                told = self._charged(test, place, failed)
                failing.setdefault(place, {}).setdefault(test.rule.counts_as, []).append(told)
        return {
            place: " + ".join(
                (f"{self.columns[place].cell_class}::usmallint", *map(_bit, dimensions.items()))
            )
            for place, dimensions in sorted(failing.items())
        }

    def reason(self, acting: Iterable[str]) -> str:
        """Return the id of the first acting rule that sets the row aside, or an empty text."""
        known = frozenset(acting)
        cases = [
            f"when {test.failed} then {sql.text(test.rule.id)}"
            for test in self.tests
            if test.rule.id in known and test.rule.on_fail is OnFail.QUARANTINE_ROW
        ]
        return f"case {' '.join(cases)} else '' end" if cases else NO_REASON

    def emptied(self, acting: Iterable[str]) -> dict[int, str]:
        """Return for each place of a column when acting rules empty its value."""
        known = frozenset(acting)
        tests: dict[int, list[str]] = {}
        for test in self.tests:
            if test.rule.id in known and test.rule.on_fail is OnFail.NULL_VALUE:
                for place, failed in test.cells.items():
                    tests.setdefault(place, []).append(failed)
        return {place: " or ".join(failed) for place, failed in tests.items()}

    def drop(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Remove the tables of failing lines."""
        for table in self.tables:
            connection.execute(f"drop table if exists {table}")

    def _charged(self, test: RowTest, place: int, failed: str) -> str:
        """Leave out what the cell's class says already: what is respelled may be repaired."""
        if test.rule.check.kind not in SPELLING_KINDS:
            return failed
        respelled = ", ".join(f"{known:d}" for known in (CellClass.TOKEN, *RESPELLED))
        return f"({failed} and {self.columns[place].cell_class} not in ({respelled}))"

    def _shown(self, test: RowTest) -> str:
        values = [f"coalesce({self.columns[place].shown}, '(missing)')" for place in test.cells]
        told = values[0] if len(values) == 1 else f"concat_ws(' | ', {', '.join(values)})"
        return f"left({told}, {SHOWN_CHARACTERS_MAX})"


def _bit(failing: tuple[Dimension, list[str]]) -> str:
    dimension, tests = failing
    return f"if({' or '.join(dict.fromkeys(tests))}, {BIT_OF[dimension]}, 0)"


NO_TESTS = RuleTests((), (), ())
"""What a table without rules is asked."""


def prepare_rules(
    rules: Sequence[Rule],
    rows: duckdb.DuckDBPyRelation,
    columns: Sequence[RuleColumn],
    *,
    prefix: str,
    references: Mapping[str, duckdb.DuckDBPyRelation],
) -> RuleTests:
    """Make rules ready for these rows, which have a column `line`.

    Args:
        rules: those whose columns and conditions are known to fit.
        rows: what the columns' expressions stand for.
        columns: all columns of the table.
        prefix: begins the names of tables that are made for rules about groups.
        references: the rows of each table that a rule refers to.

    Raises:
        ActionFailedError: a table that a rule refers to is not there.
    """
    tests: list[RowTest] = []
    tables: list[str] = []
    for number, rule in enumerate(rules):
        if rule.check.kind in GROUPED_KINDS:
            tables.append(f"{prefix}_failing{number}")
            test = group_test(rule, rows, columns, table=tables[-1], references=references)
            tests.append(test)
        elif rule.check.kind not in TABLE_KINDS:
            tests.append(row_test(rule, columns))
    return RuleTests(tuple(rules), tuple(columns), tuple(tests), tuple(tables), references)


def _measures(rule: Rule, columns: Sequence[RuleColumn]) -> list[str]:
    """Return what is measured for a demand on the whole table."""
    match rule.check:
        case checks.RowCountBetween():
            return ["count(*)"]
        case checks.FreshWithin():
            value = _value_of(rule, columns)
            return [f"count({value})", f"epoch(max({value}))"]
        case checks.Drift(edges=edges):
            value = _value_of(rule, columns)
            bounds = [
                *(f"{value} < {edge!r}" for edge in edges[:1]),
                *(f"{value} >= {low!r} and {value} < {high!r}" for low, high in pairwise(edges)),
                f"{value} >= {edges[-1]!r}",
            ]
            return [f"count(*) filter ({bound})" for bound in bounds]
        case _:
            return []


def _measured(rule: Rule, figures: Sequence[float | None]) -> RuleCount:
    counts = [int(figure or 0) for figure in figures]
    match rule.check:
        case checks.FreshWithin():
            return RuleCount(rule=rule.id, evaluated=counts[0], newest=figures[1])
        case checks.Drift():
            return RuleCount(rule=rule.id, evaluated=sum(counts), bins=tuple(counts))
        case _:
            return RuleCount(rule=rule.id, evaluated=counts[0])


def _value_of(rule: Rule, columns: Sequence[RuleColumn]) -> str:
    return next(column.value for column in columns if column.name == rule.columns[0])
