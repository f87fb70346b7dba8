"""When a missing value is an error: in a column that is nearly complete, and nowhere else."""

from agent_worker.domain.recipe import FlagMissing, StepAction

MISSING_SHARE_MAX = 0.02
"""Where fewer than 2 % are missing, a missing value is likelier lost than meant."""

ROWS_MIN = 20
"""Of fewer rows, one that lacks a value says nothing about the others."""


def judge_missing(column: str, *, rows: int, present: int) -> FlagMissing | None:
    """Return the step that flags what is missing, if the column is nearly complete."""
    missing = rows - present
    if rows < ROWS_MIN or not 0 < missing <= MISSING_SHARE_MAX * rows:
        return None
    return FlagMissing(
        column=column,
        action=StepAction.SUSPECTED,
        support=present,
        changes=missing,
        confidence=round(1 - missing / rows, 4),
        reason=f"`{column}` has no value here, and one in {present} of {rows} rows.",
    )
