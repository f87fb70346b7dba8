"""What may be done next while cleaning a partition: try a repair, measure, or write.

Which repairs do good is measured and not for a model to say: it may try the needed ones in any
order, stop early, and leave out what was kept, but apply nothing that did not prove itself.
"""

from collections.abc import Sequence

from agent_worker.domain.assessing import Assessment
from agent_worker.domain.cleaning import Experiment
from agent_worker.domain.operators.clean_partition import AssessmentInput, TransformInput
from agent_worker.domain.options import Option
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep

LOOKS = 2
"""Steps before there is a choice: the columns compared, the cells measured."""

MODEL_STEPS_MAX = 12
"""Then the rules bring the attempt to its end, well within the most steps that it may have."""


def options(_: DataRequest, trace: Sequence[ReActStep]) -> tuple[Option, ...]:
    """Return what may be done next."""
    is_written = any(step.action is ActionType.ROUTE_PIPELINE for step in trace)
    if len(trace) < LOOKS or len(trace) >= MODEL_STEPS_MAX or is_written:
        return ()
    before = Assessment.model_validate(trace[1].observation)
    experiments = [
        Experiment.model_validate(step.observation)
        for step in trace
        if step.action is ActionType.TRANSFORM_DATA
    ]
    tried = {experiment.repair for experiment in experiments}
    proven = tuple(each.repair for each in experiments if each.is_kept)
    untried = tuple(repair for repair in before.repairs if repair not in tried)
    trials = (_trial(untried, proven),) if untried else ()
    if len(trace) > LOOKS and trace[-1].action is ActionType.VALIDATE_DATA:
        return (*trials, _writing(trace[-1]))
    return (*trials, _measuring(proven))


def _trial(untried: tuple[str, ...], proven: tuple[str, ...]) -> Option:
    return Option(
        "try_repair",
        ActionType.TRANSFORM_DATA,
        "Try one more `repair` on a sample, after those in `kept`. It touches no data yet.",
        TransformInput,
        one_of={"repair": untried},
        some_of={"kept": proven},
    )


def _measuring(proven: tuple[str, ...]) -> Option:
    return Option(
        "measure",
        ActionType.VALIDATE_DATA,
        "Apply the repairs in `kept`, all of which proved themselves on a sample, to all rows, and "
        "measure the score again. Right when no untried repair is worth a trial.",
        AssessmentInput,
        some_of={"kept": proven},
    )


def _writing(measured: ReActStep) -> Option:
    return Option(
        "write",
        ActionType.ROUTE_PIPELINE,
        "Write the rows as they were just measured, and beside them those that cannot be used. "
        "Right when the measured score cannot be raised by an untried repair.",
        AssessmentInput,
        fixed=measured.action_input,
    )
