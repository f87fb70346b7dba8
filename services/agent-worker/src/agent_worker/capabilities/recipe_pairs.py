"""Values that stand in the column beside theirs: the steps of two columns as SQL."""

from agent_worker.capabilities import sql
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import SplitOff, SwapBack

PARTS_MAX = 500
"""Usual values of a column that the end of another one's cells is compared with, each with each."""

USUAL_MIN = 2
"""Cells with a value from which on it is usual in a column."""

STRAY_RATIO_MIN = 20
"""How many times as often a value stands in the one column as in the other, where it strayed."""

_SEPARATORS = " ,;/-"


def split_off(step: SplitOff, values: ValueTable) -> str:
    """Return the query of the cells that hold, or lack, a part that is to be split off."""
    whole, part = (f"c{values.place_of(name)}" for name in step.pair)
    is_whole = step.column == step.pair[0]
    new = f"rtrim(rest, {sql.text(_SEPARATORS)})" if is_whole else "part"
    return f"""
        with parts as (
            select {part} as part from {values.name} where {part} is not null
            group by {part} having count(*) >= {USUAL_MIN}
            order by count(*) desc, {part} limit {PARTS_MAX}
        ),
        long as (
            select line, {whole} as whole, part,
                left({whole}, length({whole}) - length(part)) as rest
            from {values.name} join parts on ends_with({whole}, part)
            where {values.name}.{part} is null
                and regexp_matches(left({whole}, length({whole}) - length(part)), '[^ ][ ,;/-]+$')
            qualify row_number() over (partition by line order by length(part) desc) = 1
        )
        select line, {"whole" if is_whole else "null::varchar"} as old, {new} as new,
            {sql.text(step.action)} as action, {step.confidence!r} as confidence,
            {sql.text(f"`{step.pair[0]}` says ")} || whole || {sql.text(f" and `{step.pair[1]}`")}
                || ' nothing; ' || part || {sql.text(f" is usual in `{step.pair[1]}`.")} as reason
        from long
    """


def swap_back(step: SwapBack, values: ValueTable) -> str:
    """Return the query of the cells whose value and that of the row's other cell change places."""
    own = f"c{values.place_of(step.column)}"
    other = f"c{values.place_of(next(name for name in step.pair if name != step.column))}"
    first, second = (f"c{values.place_of(name)}" for name in step.pair)
    return f"""
        with firsts as ({_counted(first, values)}), seconds as ({_counted(second, values)}),
        strays as (
            select coalesce(one.said, other.said) as said,
                coalesce(one.cells, 0) as firsts, coalesce(other.cells, 0) as seconds
            from firsts as one full join seconds as other using (said)
        ),
        of_second as (select said from strays where {is_stray("firsts", "seconds")}),
        of_first as (select said from strays where {is_stray("seconds", "firsts")})
        select line, {own} as old, {other} as new, {sql.text(step.action)} as action,
            {step.confidence!r} as confidence,
            {first} || {sql.text(f" is usual in `{step.pair[1]}`, ")} || {second} ||
                {sql.text(f" in `{step.pair[0]}`, and neither in its own column.")} as reason
        from {values.name}
        where {first} in (from of_second) and {second} in (from of_first)
    """


def is_stray(here: str, there: str) -> str:
    """Return when a value that one column has so often has its place in another one."""
    is_rare = f"({here} <= {USUAL_MIN} or {there} >= {STRAY_RATIO_MIN} * {here})"
    return f"({there} > {USUAL_MIN} and {there} > {here} and {is_rare})"


def _counted(cell: str, values: ValueTable) -> str:
    return (
        f"select {cell} as said, count(*) as cells from {values.name} where {cell} is not null "
        f"group by {cell}"
    )
