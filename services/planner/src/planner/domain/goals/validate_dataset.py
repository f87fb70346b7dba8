"""The goal type validate_dataset."""

from planner.domain.goals.base import DatasetName, GoalWithSources, KeyColumns, QualityMin


class ValidateDataset(GoalWithSources):
    """Tell how good files are and what is wrong with them, and change nothing."""

    dataset: DatasetName
    quality_min: QualityMin = 0.0
    key: KeyColumns = ()
