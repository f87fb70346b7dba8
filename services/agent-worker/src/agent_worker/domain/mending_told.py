"""What an agent says of a recipe while it tries it: the evidence first, then what follows."""

from collections.abc import Sequence

from agent_worker.domain.mending import Batch, MendTrial, StepTrial, Verdict

TOLD_STEPS_MAX = 3
"""Steps that a thought names; the observation lists the others."""

DOINGS = {
    "map_values": "puts one value for another",
    "rewrite_pattern": "writes texts of one form in another",
    "follow_determinants": "follows what other columns say",
    "trust_sources": "believes those of several sources that are right most often",
    "split_off": "splits a cell that holds its neighbour's value, too",
    "swap_back": "puts two values that changed places back",
    "flag_missing": "points at values that are missing",
}
"""What a step of a kind does, in words that follow its subject."""


def told_batches(batches: Sequence[Batch], learnt_rows: int) -> str:
    """Tell what a recipe consists of."""
    steps = sum(batch.end - batch.begin for batch in batches)
    if not steps:
        return ""
    parts = "; ".join(_told_batch(batch) for batch in batches)
    learnt = f"learnt on {counted(learnt_rows, 'row')}"
    return f" The contract brings a recipe of {counted(steps, 'step')}, {learnt}: {parts}."


def plan_of(batch: Batch) -> str:
    """Tell that a batch is tried next, and why."""
    number = batch.end - batch.begin
    whose = "My own" if batch.is_own else "The recipe's"
    named = _named(batch.columns)
    them = "it" if number == 1 else "them"
    steps = f"{whose} next {'step' if number == 1 else f'{number} steps'}, for {named},"
    if not batch.repairing:
        does = "points at cells and changes" if number == 1 else "point at cells and change"
        return f"{steps} only {does} nothing; I look what comes of {them}."
    each = "" if number == 1 else "each "
    doing = DOINGS.get(batch.kind, batch.kind)
    why = f"nobody else has seen {them}"
    if not batch.is_own:
        why = "what held for all partitions together need not hold for this one"
    return f"{steps} {each}{doing}. I try {them} on a sample first: {why}."


def told_trial(trial: MendTrial) -> str:
    """Tell what a batch of steps came to."""
    if not trial.steps:
        return f"On {counted(trial.rows, 'row')} nothing is found: there is no such mistake here."
    good = [step for step in trial.steps if step.verdict is Verdict.KEPT]
    bad = [step for step in trial.steps if step.verdict is not Verdict.KEPT]
    said = [_told_bad(step, trial.rows) for step in bad[:TOLD_STEPS_MAX]]
    if len(bad) > TOLD_STEPS_MAX:
        said.append(f"{len(bad) - TOLD_STEPS_MAX} more go the same way.")
    if good:
        said.insert(0, _told_good(good, trial))
    if not trial.holds:
        said.append("The score falls by this, so that they may suspect and change nothing.")
    return " ".join(said)


def told_steps(steps: Sequence[StepTrial]) -> str:
    """Name the steps that went wrong on all rows."""
    return " ".join(_told_bad(step, None) for step in steps[:TOLD_STEPS_MAX])


def counted(number: int, word: str) -> str:
    """Return a number with its word, in the plural where it takes one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _told_batch(batch: Batch) -> str:
    steps = batch.end - batch.begin
    doing = DOINGS.get(batch.kind, batch.kind)
    return f"{counted(steps, 'step')} for {_named(batch.columns)} ({doing})"


def _told_good(good: Sequence[StepTrial], trial: MendTrial) -> str:
    most = sorted(good, key=lambda step: -step.cells)
    shown = "; ".join(_told_found(step) for step in most[:TOLD_STEPS_MAX])
    others = most[TOLD_STEPS_MAX:]
    rest = ""
    if others:
        cells = sum(step.cells for step in others)
        rest = f"; {len(others)} more find {counted(cells, 'cell')}"
    effect = ""
    if trial.score_after > trial.score_before:
        effect = f", and the score goes from {trial.score_before:.4f} to {trial.score_after:.4f}"
    held = "No cell is changed"
    if any(step.repaired for step in good):
        held = "The columns can hold all of it, and no other step disagrees"
    return f"On {counted(trial.rows, 'row')}: {shown}{rest}. {held}{effect}: kept."


def _told_found(step: StepTrial) -> str:
    old, new = step.example
    suspected = step.cells - step.repaired
    if not step.repaired:
        return f"`{step.column}` has {counted(suspected, 'cell')} to suspect (such as {old})"
    doubt = f", and {suspected} more to suspect" if suspected else ""
    return f"`{step.column}` has {counted(step.repaired, 'cell')} to mend ({old} → {new}){doubt}"


def _told_bad(step: StepTrial, rows: int | None) -> str:
    old, new = step.example
    among = "" if rows is None else f" of {rows} rows"
    found = f"The step for `{step.column}` finds {step.cells} cells{among} ({old} → {new})"
    match step.verdict:
        case Verdict.STRAYS if step.is_own:
            return (
                f"{found}, {step.share:.0%} of the column: too much for one that nobody has voted "
                "on. It may suspect, and changes nothing."
            )
        case Verdict.STRAYS:
            return (
                f"{found}, {step.share:.1%} of the column, where it was learnt on "
                f"{step.learnt_share:.1%}: here the column is otherwise than the recipe knows it. "
                "I do not apply it."
            )
        case Verdict.DISPUTED:
            return (
                f"{found}, and {step.disputed} of these were mended otherwise by a step before: "
                "they contradict one another, so it is left out."
            )
        case _ if step.repeated:
            return (
                f"{found}, which gives {step.repeated} rows the key of another one: it is left out."
            )
        case _:
            return (
                f"{found}, and {step.unusable} of what it makes the column cannot hold: it is "
                "left out."
            )


def _named(columns: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in columns[:4])
    return shown if len(columns) <= 4 else f"{shown} and {len(columns) - 4} more columns"  # noqa: PLR2004 - as many as are read at a glance
