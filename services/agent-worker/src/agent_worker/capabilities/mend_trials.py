"""Trying steps of a recipe: what they find, whether the column can hold it, who argues with it."""

from collections.abc import Sequence
from typing import NamedTuple

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.mending import (
    MendedRows,
    cannot_hold,
    columns_mended,
    key_of,
    mend_once,
    mend_rows,
    sampled_values_of,
)
from agent_worker.domain.cleaning import Repair
from agent_worker.domain.mending import TOLD_MAX, Batch, Choice, MendTrial, StepTrial
from agent_worker.domain.quality import quality_of
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.summary import Mended

EXAMPLE_CHARACTERS_MAX = 40
"""Longer values are cut where they are shown as examples."""


def try_batch(
    judged: JudgedTable, recipe: Recipe, batch: Batch, choice: Choice, kept: Sequence[Repair]
) -> MendTrial:
    """Measure what a batch of steps does to a sample that the chosen ones are applied to."""
    values = sampled_values_of(judged)
    chosen = choice.steps_of(recipe)
    steps = tuple(enumerate(recipe.steps))[batch.begin : batch.end]
    before = mend_once(judged, values, chosen, f"{judged.name}_tried")
    after = mend_rows(judged, before.values, steps, f"{judged.name}_after")
    told = judge_steps(after, rows=values.count(), others=before)
    after.drop()
    bad = {step.at for step in told if step.is_bad}
    good = [(at, step) for at, step in steps if at not in bad]
    together = mend_once(judged, values, (*chosen, *good), f"{judged.name}_tried")
    changes = together.changes()
    before_score, after_score = (
        _score(judged, Mended(columns=columns_mended(judged, changes, done)), kept)
        for done in ({at for at, _ in chosen}, None)
    )
    return MendTrial(
        rows=judged.sample.tally.rows,
        batch=batch,
        steps=worth_telling(told),
        score_before=before_score,
        score_after=after_score,
    )


def _score(judged: JudgedTable, mended: Mended, kept: Sequence[Repair]) -> float:
    return quality_of(mended.in_tally(judged.sample.tally, is_done=True), kept).score


def worth_telling(trials: Sequence[StepTrial]) -> tuple[StepTrial, ...]:
    """Return the trials that are told of: all that went wrong, and those that find most."""
    ranked = sorted(trials, key=lambda step: (not step.is_bad, not step.strays, -step.cells))
    bad = sum(step.is_bad or step.strays for step in trials)
    return tuple(sorted(ranked[: max(TOLD_MAX, bad)], key=lambda step: step.at))


def judge_steps(
    mended: MendedRows, *, rows: int, others: MendedRows | None = None
) -> tuple[StepTrial, ...]:
    """Judge each step that finds something by what it found.

    Args:
        mended: Rows with the steps applied.
        rows: How many rows there are.
        others: The same rows with the steps before them applied.
    """
    contract = mended.judged.contract
    known = 0 if contract.learning is None else len(contract.recipe.steps)
    learnt_rows = 0 if contract.learning is None else contract.learning.rows
    by_number = dict(mended.steps)
    return tuple(
        StepTrial(
            at=at,
            column=by_number[at].column,
            kind=by_number[at].kind,
            action=by_number[at].action,
            cells=found.cells,
            repaired=found.repaired,
            share=found.cells / max(rows, 1),
            learnt_share=by_number[at].changes / max(learnt_rows, 1),
            is_own=at >= known,
            unusable=found.unusable,
            disputed=found.disputed,
            repeated=found.repeated,
            example=(found.example["old"], found.example["new"]),
            reason=found.reason,
        )
        for at, found in _count(mended, others)
    )


class _Found(NamedTuple):
    """What a step found, in figures."""

    cells: int
    repaired: int
    unusable: int
    disputed: int
    repeated: int
    example: dict[str, str]
    reason: str


def _count(mended: MendedRows, others: MendedRows | None) -> list[tuple[int, _Found]]:
    """Count what each step found, by the steps' numbers."""
    columns = mended.judged.contract.columns
    unusable = " ".join(
        f"when {place} then {cannot_hold('new', column)}" for place, column in enumerate(columns)
    )
    disputes = "select null::bigint as line, null::integer as place where false"
    if others is not None:
        disputes = f"select line, place from {others.mended.changes_name} where action = 'repaired'"  # noqa: S608
    old, new = (_shown(name) for name in ("old", "new"))
    counted = mended.judged.texts.connection.execute(f"""
        select step, count(*), count(*) filter (action = 'repaired'),
            count(*) filter (action = 'repaired' and case place {unusable} end),
            count(*) filter (action = 'repaired' and disputes.line is not null),
            count(*) filter (action = 'repaired' and {_repeats_key(mended)}),
            first(struct_pack(old := {old}, new := {new}) order by action, line),
            first(reason order by action, line)
        from ({mended.changes_query()}) left join ({disputes}) disputes using (line, place)
        group by step order by step
    """).fetchall()  # noqa: S608 - names of our own
    return [(at, _Found(*figures)) for at, *figures in counted]


def _repeats_key(mended: MendedRows) -> str:
    contract = mended.judged.contract
    if not contract.key:
        return "false"
    names = [column.name for column in contract.columns]
    places = ", ".join(str(names.index(name)) for name in contract.key)
    key = key_of(contract)
    return (
        f"place in ({places}) and line in (select line from {mended.values.name}"  # noqa: S608
        f" qualify count(*) over (partition by {key}) > 1)"
    )


def _shown(name: str) -> str:
    return f"left(coalesce({name}, {sql.text('nothing')}), {EXAMPLE_CHARACTERS_MAX})"
