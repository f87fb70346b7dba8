"""Each kind of a recipe's steps as SQL.

A step compiles to a query over the table of values with the cells that it finds: line, old, new,
action, confidence, reason. A cell whose new value would be the old one is none of them.
"""

from agent_worker.capabilities import sql
from agent_worker.capabilities.recipe_pairs import split_off, swap_back
from agent_worker.capabilities.recipe_trust import trust_sources
from agent_worker.capabilities.recipe_votes import follow_determinants
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import (
    FlagMissing,
    FollowDeterminants,
    MapValues,
    RecipeStep,
    RewritePattern,
    SplitOff,
    SwapBack,
    TrustSources,
)


def compile_step(step: RecipeStep, values: ValueTable) -> str:
    """Return the query."""
    match step:
        case FollowDeterminants() | TrustSources() | SplitOff() | SwapBack():
            return _compile_across(step, values)
        case MapValues():
            return _map_values(step, values)
        case RewritePattern():
            return _rewrite_pattern(step, values)
        case FlagMissing():
            return _flag_missing(step, values)


def _compile_across(
    step: FollowDeterminants | TrustSources | SplitOff | SwapBack, values: ValueTable
) -> str:
    match step:
        case FollowDeterminants():
            return follow_determinants(step, values)
        case TrustSources():
            return trust_sources(step, values)
        case SplitOff():
            return split_off(step, values)
        case SwapBack():
            return swap_back(step, values)


def _map_values(step: MapValues, values: ValueTable) -> str:
    cell = f"c{values.place_of(step.column)}"
    entries = ", ".join(
        f"({sql.text(change.old)}, {_text_or_null(change.new)}, "
        f"{sql.text(change.reason or step.reason)})"
        for change in step.values
    )
    return (
        f"select line, {cell} as old, mapped.new as new, {_verdict(step)}, mapped.reason as reason "
        f"from {values.name} join (values {entries}) as mapped(old, new, reason) "
        f"on {cell} = mapped.old"
    )


def _rewrite_pattern(step: RewritePattern, values: ValueTable) -> str:
    cell, pattern = f"c{values.place_of(step.column)}", sql.text(step.pattern)
    new = "cast(null as varchar)"
    if step.replacement is not None:
        new = f"regexp_replace({cell}, {pattern}, {sql.text(step.replacement)})"
    return (
        f"select line, {cell} as old, {new} as new, {_verdict(step)}, "
        f"{sql.text(step.reason)} as reason from {values.name} "
        f"where regexp_full_match({cell}, {pattern}) "
        f"and not coalesce(regexp_full_match({new}, {pattern}), false)"
    )


def _flag_missing(step: FlagMissing, values: ValueTable) -> str:
    cell = f"c{values.place_of(step.column)}"
    return (
        f"select line, {cell} as old, cast(null as varchar) as new, {_verdict(step)}, "
        f"{sql.text(step.reason)} as reason from {values.name} where {cell} is null"
    )


def _verdict(step: RecipeStep) -> str:
    return f"{sql.text(step.action)} as action, {step.confidence!r} as confidence"


def _text_or_null(content: str | None) -> str:
    return "cast(null as varchar)" if content is None else sql.text(content)
