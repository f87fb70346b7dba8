"""What is wrong in each column by itself: typos, spellings, formats, disguised missing values.

SQL brings the distinct texts of a column with their counts; what is wrong among them is a pure
decision. Each finding names a text and holds for all cells with it, so that a step is a map of
values, and says why for each of them.

What is replaced comes before the columns are compared, for they agree more when they are spelled
alike. What is only emptied or suspected comes after, for another column may know the right value.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from agent_worker.capabilities.diagnosing.lexicon import load_lexicon
from agent_worker.capabilities.diagnosing.text_counts import count_texts
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.column_texts import DISTINCT_MAX, Finding
from agent_worker.domain.diagnosing.single_column import find_errors, find_value_errors
from agent_worker.domain.recipe import (
    VALUE_CHANGES_MAX,
    MapValues,
    RecipeStep,
    StepAction,
    ValueChange,
    ValueColumn,
)


def find_column_repairs(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that map each column's wrong texts to what they should be."""
    return _find(values, _is_replaced)


def find_column_suspects(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that empty what is no value, and flag what is likely wrong."""
    return _find(values, lambda finding: not _is_replaced(finding))


def _is_replaced(finding: Finding) -> bool:
    return finding.action is StepAction.REPAIRED and finding.proposed is not None


def _find(values: ValueTable, is_meant: Callable[[Finding], bool]) -> Sequence[RecipeStep]:
    steps: list[RecipeStep] = []
    places = range(len(values.columns))
    for place, counts in count_texts(values, places, DISTINCT_MAX):
        column = values.columns[place]
        if column.data_type is DataType.VARCHAR:
            findings = find_errors(column.name, counts, load_lexicon())
        else:
            findings = find_value_errors(column.name, counts)
        steps += _steps(column, [each for each in findings if is_meant(each)], counts)
    return steps


def _steps(
    column: ValueColumn, findings: Sequence[Finding], counts: Mapping[str, int]
) -> list[RecipeStep]:
    """Return one step for all findings of one kind that are equally sure."""

    def key(finding: Finding) -> tuple[float, str, str]:
        return (-finding.confidence, finding.kind, finding.action)

    groups = groupby(sorted(findings, key=key), key=key)
    return [_step(column, tuple(group), counts) for _, group in groups]


def _step(column: ValueColumn, group: Sequence[Finding], counts: Mapping[str, int]) -> MapValues:
    kept = group[:VALUE_CHANGES_MAX]
    changed = sum(counts[finding.text] for finding in kept)
    first = kept[0]
    return MapValues(
        column=column.name,
        action=first.action,
        support=sum(counts.values()) - changed,
        changes=changed,
        confidence=first.confidence,
        reason=f"{len(kept)} values of `{column.name}`: {first.kind}. {first.reason}",
        values=tuple(
            ValueChange(old=finding.text, new=finding.proposed, reason=finding.reason)
            for finding in kept
        ),
    )
