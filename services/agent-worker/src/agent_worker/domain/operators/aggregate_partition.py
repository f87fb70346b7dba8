"""Thinking while aggregating a partition: see what is empty, then group what can be merged."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.aggregation import Grouping
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters, ReActStep


class ColumnsCounted(Contract):
    """How complete the columns are that an operator depends on."""

    rows: int
    missing: dict[str, int]
    """Empty cells of each column."""

    @property
    def completeness(self) -> float:
        """The share of these columns' cells that hold a value; 1 when there are none."""
        cells = self.rows * len(self.missing)
        return 1 - sum(self.missing.values()) / cells if cells else 1.0

    @property
    def told(self) -> str:
        """The columns with empty cells, in words."""
        gaps = [f"{cells} in `{name}`" for name, cells in self.missing.items() if cells]
        return f"{', '.join(gaps)} are empty" if gaps else "none of their cells is empty"


class PartialWritten(Contract):
    """The groups of one partition."""

    partial: Artifact
    rows_in: int
    groups: int
    engine: str
    """What computed it, as the settings call it."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    groups = named_columns(request, "group_by")
    if not trace:
        return ActionDecision(
            f"Groups are asked for {f'by {groups}' if groups else 'over all rows'}. Before I add "
            "anything up, I check that the table has these columns in types that can be measured, "
            "and count where they are empty.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = ColumnsCounted.model_validate(trace[-1].observation)
        return ActionDecision(
            f"{seen.rows} rows, and of the {len(seen.missing)} columns that take part {seen.told}. "
            "Empty values do not count, an empty group is a group of its own. Other partitions "
            "have rows of the same groups, so I keep each mean as sum and count and integers exact "
            "until all are merged.",
            ActionType.TRANSFORM_DATA,
            {},
        )
    written = PartialWritten.model_validate(trace[-1].observation)
    return hand_over(
        f"{written.rows_in} rows became {written.groups} groups of this partition alone; which of "
        "them continue elsewhere only the merge can tell.",
        Handover(
            artifacts=(written.partial,),
            facts={"rows": written.rows_in},
            score=trace[-1].data_quality_score,
        ),
    )


def named_columns(request: DataRequest, parameter: str) -> str:
    """Return the columns that a parameter names, for a sentence; empty when it names none."""
    named = request.parameters.get(parameter)
    return ", ".join(f"`{name}`" for name in named) if isinstance(named, list) else ""


def grouping_of(parameters: Parameters) -> Grouping:
    """Return what the task is asked to group and measure."""
    return Grouping.model_validate(
        {name: parameters.get(name, []) for name in ("group_by", "measures")}
    )
