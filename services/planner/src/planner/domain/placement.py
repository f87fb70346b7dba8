"""Where pipelines live: all of one owner in one partition of the planner's topic (ADR 0021).

A planner has whole partitions, so whatever is decided about an owner's goals together, such as how
many may run, is decided by one machine on records that it holds.
"""

from itertools import count

from shared.contracts.topics import PLANNER
from shared.kernel.ids import derive_id
from shared.kernel.partitioning import partition_of


def first_pipeline_id(owner: str, goal_id: str) -> str:
    """Return the id of the goal's first pipeline, in the partition of its owner."""
    return _id_beside(owner, "pipeline", goal_id)


def next_pipeline_id(pipeline_id: str) -> str:
    """Return the id of the pipeline that follows this one, in the same partition.

    There it meets the records of the one before.
    """
    return _id_beside(pipeline_id, "retry", pipeline_id)


def _id_beside(neighbour: str, *parts: str) -> str:
    """Return the first id of these parts that falls into the partition of the neighbour."""
    home = partition_of(neighbour, PLANNER.partitions)
    candidates = (derive_id(*parts, number) for number in count())
    return next(each for each in candidates if partition_of(each, PLANNER.partitions) == home)
