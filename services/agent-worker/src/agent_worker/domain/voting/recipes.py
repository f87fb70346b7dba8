"""How an elector judges a proposed recipe: by what it would do to a sample of the elector's own.

A recipe is refused for harm and not for doubt: each partition tries the steps on its own rows
before it believes them, so that a step which is idle here, or wrong for one file, costs nothing.
One that would spoil what it touches wherever it is applied must not come that far.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agent_worker.domain.mending import HARM_SHARE_MAX, STRAY_CELLS, StepTrial
from agent_worker.domain.mending_told import counted
from agent_worker.domain.recipe import StepAction

HARMED_SHARE_MAX = 0.01
"""Of a sample's cells that steps may change which do not hold there. Partitions catch them, too,
but a recipe of which that is true was learnt on something else."""


class RecipeSeen(NamedTuple):
    """What a recipe would do to one sample."""

    rows: int
    columns: int
    steps: tuple[StepTrial, ...]
    """Those that find something."""


class RecipeJudgement(NamedTuple):
    """What an elector thinks of a recipe."""

    is_harmful: bool
    reason: str
    """A sentence with the evidence; empty where there is no recipe to judge."""


def judge_recipe(seen: Sequence[RecipeSeen], steps_proposed: int) -> RecipeJudgement:
    """Judge a recipe by what it would do to all samples together."""
    if not steps_proposed:
        return RecipeJudgement(is_harmful=False, reason="")
    rows = sum(each.rows for each in seen)
    cells = sum(each.rows * each.columns for each in seen)
    steps = [
        _together(each, rows) for each in _by_number(step for one in seen for step in one.steps)
    ]
    changed = sum(step.cells for step in steps if step.action is StepAction.REPAIRED)
    doubted = sum(step.cells for step in steps) - changed
    bad = [step for step in steps if _is_harmful(step)]
    harmed = sum(step.cells for step in bad)
    told = (
        f"Its recipe of {counted(steps_proposed, 'step')} would change {changed} of my {cells} "
        f"sampled cells and mark {doubted} more"
    )
    if not bad:
        kept = "no step finds far more than it was learnt on, and all that they make can be held"
        return RecipeJudgement(is_harmful=False, reason=f"{told}; {kept}.")
    worst = max(bad, key=lambda step: step.cells)
    is_harmful = harmed > HARMED_SHARE_MAX * cells
    follows = (
        f"that is more than {HARMED_SHARE_MAX:.0%} of all cells, so that I refuse it"
        if is_harmful
        else "each partition tries it before it believes it, so that I let it pass"
    )
    return RecipeJudgement(is_harmful, f"{told}; {_told(worst)}; {follows}.")


def _by_number(steps: Iterable[StepTrial]) -> list[list[StepTrial]]:
    by_number: dict[int, list[StepTrial]] = {}
    for step in steps:
        by_number.setdefault(step.at, []).append(step)
    return [by_number[at] for at in sorted(by_number)]


def _together(trials: Sequence[StepTrial], rows: int) -> StepTrial:
    cells = sum(trial.cells for trial in trials)
    update = {
        "cells": cells,
        "share": cells / max(rows, 1),
        "unusable": sum(trial.unusable for trial in trials),
        "repeated": 0,  # a sample's rows cannot tell whether a key is there twice
    }
    return trials[0].model_copy(update=update)


def _is_harmful(step: StepTrial) -> bool:
    makes_unusable = step.unusable > HARM_SHARE_MAX * step.cells
    is_much = step.cells > STRAY_CELLS
    return step.action is StepAction.REPAIRED and is_much and (step.strays or makes_unusable)


def _told(step: StepTrial) -> str:
    old, new = step.example
    if step.strays:
        return (
            f"the step for `{step.column}` would change {step.share:.1%} of its values ({old} → "
            f"{new}), where it was learnt on {step.learnt_share:.1%}"
        )
    return (
        f"of {step.cells} values that the step for `{step.column}` makes, the column cannot hold "
        f"{step.unusable} ({old} → {new})"
    )
