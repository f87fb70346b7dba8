"""Cells that do not follow the columns which determine theirs."""

from collections.abc import Collection, Sequence

from agent_worker.capabilities.diagnosing.grouping import HashedTable
from agent_worker.capabilities.recipe_votes import follow_determinants
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.dependencies import Grouping, may_be_determined
from agent_worker.domain.diagnosing.pairs import lefts_together, rights_of
from agent_worker.domain.diagnosing.violations import Violations, circles_of
from agent_worker.domain.recipe import (
    DETERMINANTS_MAX,
    Determinant,
    FollowDeterminants,
    StepAction,
)

Places = tuple[int, ...]

Found = dict[int, list[tuple[Places, Grouping]]]
"""By the place of each column that others determine: their places, and how its values fall."""


def find_violations(
    values: ValueTable, hashed: HashedTable, settled: Collection[str]
) -> Sequence[FollowDeterminants]:
    """Return a step for each column that others determine and that has cells which differ.

    Columns that are settled in another way are left alone, but may determine others.
    """
    found: Found = {}
    free = [place for place, each in enumerate(values.columns) if each.name not in settled]
    for left, rights in rights_of(hashed.counts).items():
        for right, grouping in hashed.dependencies([left], rights).items():
            if right in free:
                found.setdefault(right, []).append(((left,), grouping))
    _ask_together(hashed, found, free)
    findings = f"{values.name}_findings"
    values.connection.execute(
        f"create or replace temp table {findings} "
        "(line bigint, place integer, cell varchar, is_slip boolean, is_strange boolean, "
        "confidence double, reason varchar)"
    )
    drafts = [_draft(values, place, found) for place in sorted(found)]
    for draft in drafts:
        _store_findings(values, draft, findings)
    tallies = _tallies(values, findings)
    values.connection.execute(f"drop table {findings}")
    judged = (
        _judged(values, draft, tallies.get(values.place_of(draft.column))) for draft in drafts
    )
    return [step for step in judged if step.changes]


def _ask_together(hashed: HashedTable, found: Found, free: Sequence[int]) -> None:
    """Add what two columns together determine of those that no single one does."""
    determining = {(lefts[0], right) for right, each in found.items() for lefts, _ in each}
    for pair in lefts_together(hashed.counts, determining):
        rights = [
            place
            for place in free
            if place not in pair
            and (place not in found or len(found[place][0][0]) > 1)
            and may_be_determined(hashed.counts[place])
        ]
        for right, grouping in hashed.dependencies(pair, rights).items():
            found.setdefault(right, []).append((pair, grouping))


def _draft(values: ValueTable, place: int, found: Found) -> FollowDeterminants:
    """Return the step without what it finds."""
    best = sorted(found[place], key=lambda each: (-each[1].weight, -each[1].covered, each[0]))
    best = best[:DETERMINANTS_MAX]
    circles = circles_of([lefts for lefts, _ in best], _determining(found))
    determinants = tuple(
        Determinant(
            columns=tuple(values.columns[left].name for left in lefts),
            weight=grouping.weight,
            witness=_witness(values, lefts, place, found),
            circle=circle,
        )
        for (lefts, grouping), circle in zip(best, circles, strict=True)
    )
    return FollowDeterminants(
        column=values.columns[place].name,
        action=StepAction.REPAIRED,
        support=best[0][1].followers,
        changes=0,
        confidence=0,
        reason="",
        determinants=determinants,
    )


def _determining(found: Found) -> set[tuple[int, int]]:
    """Return which single columns determine which."""
    return {
        (lefts[0], right)
        for right, determinants in found.items()
        for lefts, _ in determinants
        if len(lefts) == 1
    }


def _store_findings(values: ValueTable, draft: FollowDeterminants, findings: str) -> None:
    """Add the cells that a draft finds wrong; of one circle, it would repair slips alone."""
    cell, place = f"c{values.place_of(draft.column)}", values.place_of(draft.column)
    one = tuple(each.model_copy(update={"circle": 0}) for each in draft.determinants)
    found = follow_determinants(draft.model_copy(update={"determinants": one}), values)
    values.connection.execute(f"""
        insert into {findings}
        with found as materialized ({found}), repeated as (
            select {cell} as old from {values.name} where {cell} in (select old from found)
            group by {cell} having count(*) > 1
        )
        select line, {place}, old, action = 'repaired', old not in (select old from repeated),
            confidence, reason
        from found
    """)


def _tallies(values: ValueTable, findings: str) -> dict[int, Violations]:
    """Count what was found, by the place of the column."""
    counted = values.query(f"""
        with rows as (
            select line from {findings} where not is_slip group by line having count(*) > 1
        )
        select place, count(*), count(*) filter (is_slip and cell is not null),
            count(*) filter (not is_slip), count(*) filter (not is_slip and is_strange),
            count(*) filter (not is_slip and line in (select line from rows)),
            coalesce(avg(confidence), 0), min(reason)
        from {findings} group by place
    """)
    return {place: Violations(*counts) for place, *counts in counted}


def _judged(
    values: ValueTable, draft: FollowDeterminants, found: Violations | None
) -> FollowDeterminants:
    """Return the step with what it finds, and what becomes of values that are no slips."""
    if found is None:
        return draft
    judged = draft.model_copy(
        update={
            "exchanges_are_errors": found.exchanges_are_errors,
            "exceptions_are_meant": found.exceptions_are_meant,
        }
    )
    told = found.cells, found.confidence, found.example
    if found.exceptions_are_meant:
        (told,) = values.query(
            "select count(*), coalesce(avg(confidence), 0), coalesce(min(reason), '') "
            f"from ({follow_determinants(judged, values)})"
        )
    changes, confidence, example = told
    reason = f"{_named(draft)} `{draft.column}`, but for {changes} cells: {example}"
    return judged.model_copy(
        update={"changes": changes, "confidence": round(confidence, 4), "reason": reason}
    )


def _named(draft: FollowDeterminants) -> str:
    names = ", ".join(
        " and ".join(f"`{name}`" for name in each.columns) for each in draft.determinants
    )
    is_one = sum(len(each.columns) for each in draft.determinants) == 1
    return f"{names} {'determines' if is_one else 'determine'}"


def _witness(values: ValueTable, lefts: Places, place: int, found: Found) -> str:
    """Return the other column that a determinant determines best, if any."""
    others = [
        (grouping.weight, -other)
        for other, determinants in found.items()
        for places, grouping in determinants
        if places == lefts and other != place
    ]
    return values.columns[-max(others)[1]].name if others else ""
