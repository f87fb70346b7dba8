"""What the values of a sample say about rules, by the texts of its columns."""

from agent_worker.capabilities.diagnosing.text_counts import count_texts
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.rule_proposals import ROWS_MIN
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.value_proposals import ColumnValues, propose_from_values


def propose_rules_of(
    values: ValueTable, recipe: Recipe, known: tuple[Rule, ...]
) -> tuple[Rule, ...]:
    """Return the rules that a sample and its recipe suggest beyond the known ones."""
    rows = values.count()
    places = [
        place
        for place, column in enumerate(values.columns)
        if column.data_type is DataType.VARCHAR and rows >= ROWS_MIN
    ]
    asked = ", ".join(f"count(c{place})" for place in places)
    present = values.rows.aggregate(asked).fetchall()[0] if places else ()
    present_at = dict(zip(places, present, strict=True))
    texts = (
        ColumnValues(values.columns[place].name, present_at[place], counts)
        for place, counts in count_texts(values, places, texts_max=rows)
    )
    return propose_from_values(texts, recipe, known)
