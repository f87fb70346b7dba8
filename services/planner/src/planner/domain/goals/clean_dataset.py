"""The goal type clean_dataset."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from planner.domain.goals.base import (
    SOURCE_CHARACTERS_MAX,
    DatasetName,
    GoalWithContract,
    GoalWithSources,
    KeyColumns,
    QualityMin,
)


class CleanDataset(GoalWithContract, GoalWithSources):
    """Clean files, and write them as files again, with a manifest that names them."""

    dataset: DatasetName
    quality_min: QualityMin = 0.0
    key: KeyColumns = ()
    format: Annotated[
        Literal["csv", "parquet"],
        Field(description="how the clean files are written: csv or parquet"),
    ] = "parquet"
    topic: Annotated[
        str,
        Field(
            max_length=SOURCE_CHARACTERS_MAX,
            description="a topic that each clean row goes to as well, as kafka://HOST:PORT/TOPIC; "
            "empty for none",
        ),
    ] = ""

    def judged_sinks(self) -> Iterator[tuple[str, str]]:
        """Yield the topic, if there is one."""
        if self.topic:
            yield "topic", self.topic
