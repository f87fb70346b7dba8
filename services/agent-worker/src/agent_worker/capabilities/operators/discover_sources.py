"""Discovering sources: which files a goal means, and whether each of them is a table."""

from collections import Counter

from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.reading.files import sniff_file
from agent_worker.capabilities.sources import describe
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.discover_sources import SourcesSeen
from shared.contracts.vocabulary import ActionType, Contract


class DiscoverParameters(Contract):
    """What the task gives."""

    sources: tuple[str, ...]


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = DiscoverParameters.model_validate(request.parameters)
    paths = workshop.sources.expand(parameters.sources)
    scratch = workshop.scratch
    headers = Counter(
        sniff_file(workshop.connection, path, scratch=scratch).header for path in paths
    )
    names = Counter(name for header in headers.elements() for name in header)
    seen = SourcesSeen(
        partitions=describe(paths),
        commonest_header=max(headers.values()),
        varying_columns=tuple(name for name in sorted(names) if names[name] < len(paths)),
    )
    return ActionOutcome(
        observation=seen.model_dump(mode="json"),
        data_quality_score=seen.commonest_header / len(paths),
    )
