"""How large a part of a table is that one task works on."""

from typing import Annotated

from pydantic import Field

PARTITION_BYTES = 64 * 1024 * 1024
"""Some seconds of work for one agent, and a few times that much in its memory."""

PARTITION_BYTES_MAX = 4 * 1024 * 1024 * 1024
"""The largest files that common readers still split well; a task has half an hour."""

PartitionBytes = Annotated[
    int,
    Field(
        ge=1,
        le=PARTITION_BYTES_MAX,
        description="how many bytes of a table's files one task works on, such as 67108864",
    ),
]

WORK_BYTES_MAX = 2**50
"""A petabyte: what comes of this work is written anew, in files as large as its engine likes, so
that a cluster may have a whole table at once; it, too, has half an hour."""

WorkBytes = Annotated[
    int,
    Field(
        ge=1,
        le=WORK_BYTES_MAX,
        description="how many bytes of a table's files one task works on, such as 67108864; more "
        "than an agent's memory is for agents with an engine of many machines",
    ),
]
