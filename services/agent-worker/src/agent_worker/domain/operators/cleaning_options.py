"""What may be done next while cleaning a partition, between the first measurement and the second.

Whether a trial did good is measured and not for a model to say. It may try repairs in any order,
or leave out some that it thinks are not worth it, and it may spare the partition a diagnosis of its
own; but what the electors accepted is always tried, and nothing is applied that did not hold.
"""

from collections.abc import Iterator, Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import Assessment
from agent_worker.domain.cleaning_progress import (
    AssessmentInput,
    DiagnosisInput,
    MendInput,
    Progress,
    TransformInput,
)
from agent_worker.domain.options import Option
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def options(
    _: DataRequest, trace: Sequence[ReActStep], suggestion: ActionDecision
) -> tuple[Option, ...]:
    """Return what may be done next."""
    progress = Progress()
    for step in trace:
        progress.take(step)
    if progress.before is None or progress.after:
        return ()
    return tuple(_found(progress, progress.before, suggestion))


def _found(progress: Progress, before: Assessment, suggestion: ActionDecision) -> Iterator[Option]:
    tried = {experiment.repair for experiment in progress.experiments}
    untried = tuple(repair for repair in before.repairs if repair not in tried)
    if untried:
        yield _repairing(progress, untried)
    if len(progress.trials) < len(progress.batches):
        yield _mending(progress)
        return
    if suggestion.action is ActionType.ANALYZE_SCHEMA:
        yield Option(
            "look_closer",
            ActionType.ANALYZE_SCHEMA,
            "Diagnose this partition on its own, because the recipe may not fit it.",
            DiagnosisInput,
            fixed=suggestion.action_input,
        )
    yield Option(
        "measure",
        ActionType.VALIDATE_DATA,
        "Apply all that held on samples to all rows, and measure again; then the rows are written. "
        "Right when no untried repair is worth a trial.",
        AssessmentInput,
        fixed=progress.applied(),
    )


def _repairing(progress: Progress, untried: tuple[str, ...]) -> Option:
    return Option(
        "try_repair",
        ActionType.TRANSFORM_DATA,
        "Try one more `repair` of how values are written, on a sample. It changes no data yet.",
        TransformInput,
        one_of={"repair": untried},
        fixed={"kept": list(progress.kept)},
    )


def _mending(progress: Progress) -> Option:
    batch = progress.batches[len(progress.trials)]
    trial = MendInput(batch=batch, kept=progress.kept, choice=progress.choice)
    return Option(
        "try_recipe",
        ActionType.TRANSFORM_DATA,
        f"Try the next steps of the recipe, of kind {batch.kind}, on a sample. It changes no data "
        "yet.",
        MendInput,
        fixed=trial.model_dump(mode="json"),
    )
