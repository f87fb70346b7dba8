"""Discovering sources: which files a goal means, and whether each of them is a table."""

from collections import Counter

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.dividing import divide_large
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.partitions import open_partition
from agent_worker.capabilities.places.spooling import find_partitions
from agent_worker.capabilities.reading.files import sniff_file
from agent_worker.capabilities.reading.sheets import sheet_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.discover_sources import SourcesSeen
from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import ActionType, Contract


class DiscoverParameters(Contract):
    """What the task gives."""

    sources: tuple[str, ...]


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = DiscoverParameters.model_validate(request.parameters)
    partitions = find_partitions(parameters.sources, workshop, Outputs(workshop.store, request))
    headers = Counter(_header_of(partition, workshop) for partition in partitions)
    names = Counter(name for header in headers.elements() for name in header)
    seen = SourcesSeen(
        partitions=divide_large(partitions, workshop),
        sources=len(partitions),
        commonest_header=max(headers.values()),
        varying_columns=tuple(name for name in sorted(names) if names[name] < len(partitions)),
    )
    return ActionOutcome(
        observation=seen.model_dump(mode="json"),
        data_quality_score=seen.commonest_header / len(partitions),
    )


def _header_of(partition: Partition, workshop: Workshop) -> tuple[str, ...]:
    path, sheet = open_partition(workshop, partition.uri), sheet_of(partition.uri)
    return sniff_file(workshop.connection, path, scratch=workshop.scratch, sheet=sheet).header
