"""What the cells that a repair is for look like: the evidence that a thought names."""

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.domain.cleaning import REPAIR_OF, CellClass, Repair
from agent_worker.domain.schema_contract import ColumnContract

WAYS_MAX = 3
"""Ways of writing that are told, those of most cells."""

TEXT_CHARACTERS_MAX = 20
"""Longer texts are cut."""

LABELLED = {CellClass.FORMAT, CellClass.UNIT, CellClass.TOKEN} | {
    CellClass.UNREADABLE,
    CellClass.IMPLAUSIBLE,
}
"""Classes whose cells look alike in a few ways that can be named."""


def ways_of(judged: JudgedTable, repair: Repair) -> dict[str, int]:
    """Return the ways in which most of a repair's cells are written, each with its cells."""
    counts = " union all ".join(
        f"select {_label(cell_class, column)} as way from ({judged.column_query(place)})"  # noqa: S608
        f" where reason = '' and k = {cell_class:d}"
        for place, column in enumerate(judged.contract.columns)
        for cell_class, mends in REPAIR_OF.items()
        if mends is repair and cell_class in LABELLED
        if judged.tally.columns[place].count(cell_class)
    )
    if not counts:
        return {}
    ranked = judged.texts.connection.sql(counts).aggregate("way, count(*) as cells", "way")
    return dict(ranked.order("cells desc, way").limit(WAYS_MAX).fetchall())


def _label(cell_class: CellClass, column: ColumnContract) -> str:
    if cell_class is CellClass.UNIT:
        return sql.unit_of_number("x")
    if cell_class is CellClass.FORMAT:
        tests = " ".join(
            f"when ({sql.time_of('x', known)}) is not null then {sql.text(known)}"
            for known in column.formats[1:]
        )
        return f"case {tests} else '%Y%m%d' end" if tests else "'%Y%m%d'"
    return f"left(x, {TEXT_CHARACTERS_MAX})"
