"""Cells that do not follow the columns which determine theirs."""

from collections.abc import Collection, Sequence

from agent_worker.capabilities.diagnosing.grouping import HashedTable
from agent_worker.capabilities.recipe_votes import follow_determinants
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.dependencies import Grouping, may_be_determined
from agent_worker.domain.diagnosing.pairs import lefts_together, rights_of
from agent_worker.domain.recipe import (
    DETERMINANTS_MAX,
    Determinant,
    FollowDeterminants,
    StepAction,
)

Places = tuple[int, ...]

Found = dict[int, list[tuple[Places, Grouping]]]
"""By the place of each column that others determine: their places, and how its values fall."""

SLIPS_SHARE_MIN = 0.1
"""Of a column's violations, those by values that no group has. Where so many are slips, although
typos were mended before, the dependency is exact, and the others are errors too."""

SLIPS_MIN = 3
"""Fewer may be rare values rather than slips."""


def find_violations(
    values: ValueTable, hashed: HashedTable, settled: Collection[str]
) -> Sequence[FollowDeterminants]:
    """Return a step for each column that others determine and that has cells which differ.

    Columns that are settled in another way are left alone, but may determine others.
    """
    found: Found = {}
    free = [place for place, each in enumerate(values.columns) if each.name not in settled]
    for left, rights in rights_of(hashed.counts).items():
        for right, grouping in hashed.group([left], rights).items():
            if grouping.is_dependency and right in free:
                found.setdefault(right, []).append(((left,), grouping))
    _ask_together(hashed, found, free)
    steps = (_step(values, place, found) for place in sorted(found))
    return [step for step in steps if step.changes]


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
        for right, grouping in (hashed.group(pair, rights) if rights else {}).items():
            if grouping.is_dependency:
                found.setdefault(right, []).append((pair, grouping))


def _step(values: ValueTable, place: int, found: Found) -> FollowDeterminants:
    best = sorted(found[place], key=lambda each: (-each[1].weight, -each[1].covered, each[0]))
    determinants = tuple(
        Determinant(
            columns=tuple(values.columns[left].name for left in lefts),
            weight=grouping.weight,
            witness=_witness(values, lefts, place, found),
        )
        for lefts, grouping in best[:DETERMINANTS_MAX]
    )
    draft = FollowDeterminants(
        column=values.columns[place].name,
        action=StepAction.REPAIRED,
        support=best[0][1].followers,
        changes=0,
        confidence=0,
        reason="",
        determinants=determinants,
    )
    ((changes, slips, confidence, example),) = values.query(
        "select count(*), count(*) filter (action = 'repaired' and old is not null), "
        f"coalesce(avg(confidence), 0), min(reason) from ({follow_determinants(draft, values)})"
    )
    names = ", ".join(" and ".join(f"`{name}`" for name in each.columns) for each in determinants)
    verb = "determines" if sum(len(each.columns) for each in determinants) == 1 else "determine"
    return draft.model_copy(
        update={
            "changes": changes,
            "confidence": round(confidence, 4),
            "exchanges_are_errors": slips >= max(SLIPS_SHARE_MIN * changes, SLIPS_MIN),
            "reason": f"{names} {verb} `{draft.column}`, but for {changes} cells: {example}",
        }
    )


def _witness(values: ValueTable, lefts: Places, place: int, found: Found) -> str:
    """Return the other column that a determinant determines best, if any."""
    others = [
        (grouping.weight, -other)
        for other, determinants in found.items()
        for places, grouping in determinants
        if places == lefts and other != place
    ]
    return values.columns[-max(others)[1]].name if others else ""
