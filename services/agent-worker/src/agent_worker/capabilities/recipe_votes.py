"""Determinants vote about the cells of a column: the step `follow_determinants` as SQL.

For each determinant, rows with equal keys are a group, and most of a group's rows have one value.
Only the cells that some determinant accuses are put to the vote.
"""

from agent_worker.capabilities import sql
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.disguised_missing import NEVER_VALUES
from agent_worker.domain.recipe import Determinant, FollowDeterminants, StepAction

GROUP_ROWS_MIN = 3
"""Rows of a group from which on the partition itself says what its value is."""

FILLED_SHARE_MIN = 0.5
"""Of a group's rows, those that have a value where a missing one is an error."""

_DOMINATES = "top >= 2 and top * 3 >= total * 2"
"""Two thirds of a group, and not a row alone, have the value that is its best."""

_ACCUSES = (
    f"{_DOMINATES} and ((old is not null and old <> best) or "
    f"(old is null and total >= {FILLED_SHARE_MIN} * everyone))"
)
_AGREES = "old = best and top >= 2"

_NEAR = """(
    damerau_levenshtein(lower(left(old, 200)), lower(left(best, 200)))
        <= greatest(1, least(length(old), length(best)) // 4)
    or (length(best) >= 3 and contains(old, best)) or (length(old) >= 4 and contains(best, old))
    or list_sort(string_split(translate(left(old, 20), '.0', ''), ''))
        = list_sort(string_split(translate(left(best, 20), '.0', ''), ''))
)"""
"""A slip of the pen, more or fewer words about the same, or the same digits."""

_GROUPS = """
    counted as materialized (
        select voter, k0, k1, old, count(*) as cells from keyed group by voter, k0, k1, old
    ),
    witnesses as (
        select voter, k0, k1, mode(witness) as expected from keyed
        where witness is not null group by voter, k0, k1
    ),
    own as (
        select voter, k0, k1, arg_max(old, cells) filter (old is not null) as best,
            coalesce(max(cells) filter (old is not null), 0) as top,
            coalesce(sum(cells) filter (old is not null), 0) as total, sum(cells) as everyone
        from counted group by voter, k0, k1
    )
"""
"""What each value's and each group's rows say."""

_OUTCOME = """
    proposals as (
        select line, best, sum(weight) as weight, max(top / (top + cells)) as share,
            max(top) as top, arg_max(said, (weight, said)) as said
        from votes where is_wrong group by line, best
    ),
    chosen as (
        select * from proposals
        qualify row_number() over (partition by line order by weight desc, best) = 1
    ),
    tally as (
        select line, any_value(old) as old, max(cells) as cells,
            count(*) filter (is_wrong) as accusers,
            count(distinct circle) filter (is_wrong) as circles,
            bool_or(is_wrong and is_backed) as is_backed,
            coalesce(sum(weight) filter (is_wrong), 0) as wrong,
            coalesce(sum(weight) filter (is_right), 0) as right
        from votes group by line
    )
"""
"""What the votes come to."""

_OTHERS = (
    "case accusers when 1 then '' when 2 then '; another column agrees' "
    "else '; ' || (accusers - 1)::varchar || ' other columns agree' end"
)


def follow_determinants(step: FollowDeterminants, values: ValueTable) -> str:
    """Return the query of the cells that are voted wrong; see `recipe_steps`."""
    cell = f"c{values.place_of(step.column)}"
    return f"""
        with keyed as ({_keyed(step, values, cell)}), {_GROUPS}, {_known_groups(step)},
        accused_values as (
            select voter, k0, k1, old from counted join groups using (voter, k0, k1)
            where {_ACCUSES}
        ),
        accused as materialized (
            select distinct line from keyed semi join accused_values each
            on keyed.voter = each.voter and keyed.k0 = each.k0 and keyed.k1 = each.k1
                and keyed.old is not distinct from each.old
        ),
        seen as (
            select * from (from keyed semi join accused using (line))
            join groups using (voter, k0, k1)
        ),
        votes as materialized (select * from ({_votes(step)}) where is_right or is_wrong),
        usual as (select distinct best as old from groups where top >= 2),
        {_OUTCOME}
        select line, old, best as new,
            if({_beyond_doubt(step)}, {sql.text(step.action)}, {sql.text(StepAction.SUSPECTED)})
                as action,
            round(share * wrong / (wrong + tally.right), 4) as confidence,
            said || {_OTHERS} || '.' as reason
        from tally join chosen using (line)
        where wrong > tally.right and {_is_told(step)}
    """


_NOTHING = f"lower(old) in ({sql.texts(sorted(NEVER_VALUES))})"

_SLIP = (
    "old is null or (cells * 10 <= top + 9 and old not in (select old from usual) "
    f"and ({_NEAR} or {_NOTHING}))"
)
"""The value is nowhere else in the column, and near the one that it should be or says nothing."""


def _is_told(step: FollowDeterminants) -> str:
    return f"({_beyond_doubt(step)})" if step.exceptions_are_meant else "true"


def _beyond_doubt(step: FollowDeterminants) -> str:
    """Return when a cell that is voted wrong is the wrong one of its row.

    A cell and a single determinant that contradict one another leave it open, unless the value is a
    slip, or another voice says the same.
    """
    backed = "accusers > 1 or is_backed" if step.exchanges_are_errors else "circles > 1"
    return f"{_SLIP} or (tally.right = 0 and ({backed}))"


def _keyed(step: FollowDeterminants, values: ValueTable, cell: str) -> str:
    """Return each cell once for each determinant, with the keys of its group."""
    parts: list[str] = []
    for voter, determinant in enumerate(step.determinants):
        keys = [f"c{values.place_of(column)}" for column in determinant.columns]
        present = " and ".join(f"{key} is not null" for key in keys)
        named = f"{keys[0]} as k0, {keys[1] if len(keys) > 1 else sql.text('')} as k1"
        witness = f"c{values.place_of(determinant.witness)}" if determinant.witness else "null"
        parts.append(
            f"select line, {voter} as voter, {named}, {cell} as old, {witness} as witness "
            f"from {values.name} where {present}"
        )
    return " union all ".join(parts)


def _known_groups(step: FollowDeterminants) -> str:
    """Return the groups as the table says, and as the sample said where it has too few rows."""
    known = ", ".join(
        f"({voter}, {sql.texts((*group.keys, '')[:2])}, {sql.text(group.value)}, {group.cells}, "
        f"{group.rows}, {group.rows})"
        for voter, determinant in enumerate(step.determinants)
        for group in determinant.groups
    )
    if not known:
        return "groups as materialized (select * from own)"
    return f"""
        groups as materialized (
            select * from own where total >= {GROUP_ROWS_MIN} union all
            select * from (values {known}) as known(voter, k0, k1, best, top, total, everyone)
            anti join (select * from own where total >= {GROUP_ROWS_MIN}) using (voter, k0, k1)
        )
    """


def _votes(step: FollowDeterminants) -> str:
    """Return the votes of all determinants about the accused cells."""
    weights = " ".join(
        f"when {voter} then {determinant.weight!r}"
        for voter, determinant in enumerate(step.determinants)
    )
    circles = " ".join(
        f"when {voter} then {determinant.circle}"
        for voter, determinant in enumerate(step.determinants)
    )
    keys = " ".join(
        f"when {voter} then {_told_keys(determinant)}"
        for voter, determinant in enumerate(step.determinants)
    )
    return f"""
        select line, seen.old as old, best, top, coalesce(cells, 0) as cells,
            case voter {weights} end as weight, case voter {circles} end as circle,
            {sql.text(f"`{step.column}` is ")} || best || ' in ' || top::varchar || ' of ' ||
                everyone::varchar || ' rows of ' || case voter {keys} end || '; this one ' ||
                coalesce('says ' || old, 'is empty') as said,
            coalesce({_ACCUSES} and (witness is null or witness = expected
                or (voter, witness) not in (select (voter, expected) from witnesses)), false)
                as is_wrong,
            coalesce({_AGREES}, false) as is_right, coalesce(witness = expected, false) as is_backed
        from seen
        left join counted using (voter, k0, k1, old)
        left join witnesses using (voter, k0, k1)
    """


def _told_keys(determinant: Determinant) -> str:
    return " || ' and ' || ".join(
        f"{sql.text(f'`{name}` ')} || k{number}" for number, name in enumerate(determinant.columns)
    )
