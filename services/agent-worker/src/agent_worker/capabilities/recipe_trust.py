"""Sources that disagree about the same things: the step `trust_sources` as SQL.

The same sums as in `domain/diagnosing/truth.py`, with the trust that was learnt there, over the
claims that this table has.
"""

from agent_worker.capabilities import sql
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.truth import (
    ACCURACY_PRIOR,
    COPIED_SHARE,
    FALSE_VALUES,
    weight_of,
)
from agent_worker.domain.recipe import StepAction, TrustSources

FILLED_BELIEF_MIN = 0.5
"""What is believed so much is filled in where a source says nothing."""

REPLACING_BELIEF_MIN = 0.8
"""What replaces a value that is hardly believed; whatever is true, the value is not."""

_BELIEFS = f"""
    voices as (
        select each.item, each.said, each.source, each.accuracy, each.weight *
            exp(sum(ln(1 - {COPIED_SHARE} * coalesce(copying.likelihood, 0)))) as own
        from claims as each
        left join claims as better on better.item = each.item and better.said = each.said
            and (better.accuracy, each.source) > (each.accuracy, better.source)
        left join copying on copying.first = least(each.source, better.source)
            and copying.second = greatest(each.source, better.source)
        group by each.item, each.said, each.source, each.accuracy, each.weight
    ),
    scores as (
        select item, said, sum(own) as score, count(*) as voices,
            arg_max(source, (accuracy, source)) as best_source, max(accuracy) as best_accuracy
        from voices group by item, said
    ),
    raised as (
        select *, max(score) over (partition by item) as highest,
            count(*) over (partition by item) as rivals
        from scores
    ),
    beliefs as (
        select item, said, voices, best_source, best_accuracy, exp(score - highest) /
            (sum(exp(score - highest)) over (partition by item)
                + greatest(0, {FALSE_VALUES} - rivals) * exp(-highest)) as belief,
            sum(voices) over (partition by item) as all_voices
        from raised
    ),
    best as (
        select * from beliefs
        qualify row_number() over (partition by item order by belief desc, said) = 1
    )
"""


def trust_sources(step: TrustSources, values: ValueTable) -> str:
    """Return the query of the cells that are not to be believed; see `recipe_steps`."""
    cell, entity, source = (
        f"c{values.place_of(name)}" for name in (step.column, step.entity, step.source)
    )
    is_sure = (
        f"if({cell} is null, best.belief >= {FILLED_BELIEF_MIN}, "
        f"coalesce(beliefs.belief, 0) <= {1 - step.belief_min:.6f} "
        f"and best.belief >= {REPLACING_BELIEF_MIN})"
    )
    said = sql.text(f"`{step.column}` of `{step.entity}` ")
    return f"""
        with {_learnt(step)},
        claims as (
            select distinct {entity} as item, {cell} as said, {source} as source,
                coalesce(accuracy, {ACCURACY_PRIOR}) as accuracy,
                coalesce(weight, {weight_of(ACCURACY_PRIOR)!r}) as weight
            from {values.name} left join trusted on trusted.source = {source}
            where {entity} is not null and {cell} is not null and {source} is not null
        ), {_BELIEFS}
        select line, {cell} as old, best.said as new,
            if({is_sure}, {sql.text(step.action)}, {sql.text(StepAction.SUSPECTED)}) as action,
            round(least(best.belief, 1 - coalesce(beliefs.belief, 0)), 4) as confidence,
            {said} || {entity} || ' is ' || best.said || ' by ' || best.voices::varchar || ' of ' ||
                best.all_voices::varchar || ' sources, the best of them (' || best.best_source ||
                ') right in ' || round(100 * best.best_accuracy)::integer::varchar ||
                ' % of what it says; ' || coalesce({source}, 'this one') || ' says ' ||
                coalesce({cell}, 'nothing') || '.' as reason
        from {values.name} join best on best.item = {entity}
        left join beliefs on beliefs.item = {entity} and beliefs.said = {cell}
        where {cell} is distinct from best.said
            and coalesce(beliefs.belief, 0) < 0.5 and best.belief > coalesce(beliefs.belief, 0)
    """


def _learnt(step: TrustSources) -> str:
    trusted = ", ".join(
        f"({sql.text(each.source)}, {each.accuracy!r}, {weight_of(each.accuracy)!r})"
        for each in step.trusted
    )
    copying = ", ".join(
        f"({sql.text(pair.first)}, {sql.text(pair.second)}, {pair.likelihood!r})"
        for pair in step.copying
    )
    copying = f"select * from (values {copying})" if copying else "select '', '', 0.0 where false"
    return f"""
        trusted(source, accuracy, weight) as (
            select source, accuracy::double, weight::double
            from (values {trusted}) as known(source, accuracy, weight)
        ),
        copying(first, second, likelihood) as ({copying})
    """
