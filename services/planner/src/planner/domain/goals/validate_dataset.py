"""The goal type validate_dataset."""

from planner.domain.goals.base import (
    DatasetName,
    GoalWithContract,
    GoalWithSources,
    KeyColumns,
    QualityMin,
)


class ValidateDataset(GoalWithContract, GoalWithSources):
    """Tell how good files are and what is wrong with them, and change nothing."""

    dataset: DatasetName
    quality_min: QualityMin = 0.0
    key: KeyColumns = ()
