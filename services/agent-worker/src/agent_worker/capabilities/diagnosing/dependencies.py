"""Cells that do not follow the columns which determine theirs."""

from collections.abc import Collection, Mapping, Sequence

from agent_worker.capabilities.diagnosing.grouping import HashedTable
from agent_worker.capabilities.recipe_votes import follow_determinants
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.dependencies import Grouping
from agent_worker.domain.diagnosing.pairs import rights_of
from agent_worker.domain.recipe import (
    DETERMINANTS_MAX,
    Determinant,
    FollowDeterminants,
    StepAction,
)

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
    found: dict[int, list[tuple[int, Grouping]]] = {}
    for left, rights in rights_of(hashed.counts).items():
        for right, grouping in hashed.group([left], rights).items():
            if grouping.is_dependency and values.columns[right].name not in settled:
                found.setdefault(right, []).append((left, grouping))
    steps = (_step(values, place, found) for place in sorted(found))
    return [step for step in steps if step.changes]


def _step(
    values: ValueTable, place: int, found: Mapping[int, list[tuple[int, Grouping]]]
) -> FollowDeterminants:
    best = sorted(found[place], key=lambda each: (-each[1].weight, -each[1].covered, each[0]))
    determinants = tuple(
        Determinant(
            columns=(values.columns[left].name,),
            weight=grouping.weight,
            witness=_witness(values, left, place, found),
        )
        for left, grouping in best[:DETERMINANTS_MAX]
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
    names = ", ".join(f"`{each.columns[0]}`" for each in determinants)
    return draft.model_copy(
        update={
            "changes": changes,
            "confidence": round(confidence, 4),
            "exchanges_are_errors": slips >= max(SLIPS_SHARE_MIN * changes, SLIPS_MIN),
            "reason": f"{names} determine `{draft.column}`, but for {changes} cells: {example}",
        }
    )


def _witness(
    values: ValueTable, left: int, place: int, found: Mapping[int, list[tuple[int, Grouping]]]
) -> str:
    """Return the other column that a determinant determines best, if any."""
    others = [
        (grouping.weight, -other)
        for other, lefts in found.items()
        for determinant, grouping in lefts
        if determinant == left and other != place
    ]
    return values.columns[-max(others)[1]].name if others else ""
