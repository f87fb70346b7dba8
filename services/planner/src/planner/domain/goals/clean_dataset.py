"""The goal type clean_dataset."""

from typing import Annotated, Literal

from pydantic import Field

from planner.domain.goals.base import (
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
