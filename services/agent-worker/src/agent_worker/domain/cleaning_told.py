"""What an agent says of repairs of readings while it tries them."""

from agent_worker.domain.assessing import Need
from agent_worker.domain.cleaning import Experiment, Repair


def told_experiment(experiment: Experiment) -> str:
    """Tell what trying a repair came to."""
    effect = f"from {experiment.score_before:.4f} to {experiment.score_after:.4f}"
    example = ""
    if experiment.examples:
        text, cell = experiment.examples[0]
        example = f" ({text} becomes {cell})"
    if experiment.is_kept:
        return (
            f"On {experiment.rows} rows, {experiment.repair} mends {experiment.cells} cells"
            f"{example}, the score goes {effect}: kept."
        )
    return (
        f"On {experiment.rows} rows, {experiment.repair} moves the score {effect}, and only "
        f"{experiment.plausible_share:.0%} of what it makes looks like right values: not kept."
    )


_PLANS = {
    Repair.MATCH_COLUMNS: "{columns} {have} another name here; I put {them} under {their} own.",
    Repair.STRIP_PREFIXES: "{columns} {have} another column's value in front; I take it off.",
    Repair.UNIFY_TIMES: "{columns} {have} several time formats{ways}; I read all of them.",
    Repair.CONVERT_UNITS: "{columns} {have} numbers with units{ways}; I convert them.",
    Repair.UNIFY_NUMBERS: "{columns} {have} numbers written oddly; I read them as what they are.",
    Repair.BLANK_TOKENS: "{columns} {have} words for a missing value{ways}; I leave it empty.",
    Repair.EMPTY_UNUSABLE: (
        "{columns} {have} values that cannot be{ways}; I empty them, which the score keeps "
        "counting as bad."
    ),
    Repair.DROP_DUPLICATES: "Rows repeat earlier ones in every column; I keep the first of each.",
}

COLUMNS_MAX = 4
"""Columns that a thought names."""


def plan_of_repair(repair: Repair, need: Need) -> str:
    """Tell that a repair is tried next, and what for."""
    is_one = len(need.columns) == 1
    named = [f"`{name}`" for name in need.columns[:COLUMNS_MAX]]
    more = len(need.columns) - COLUMNS_MAX
    columns = ", ".join((*named, f"{more} more columns")) if more > 0 else ", ".join(named)
    plan = _PLANS[repair].format(
        columns=columns,
        have="has" if is_one else "have",
        them="it" if is_one else "them",
        their="its" if is_one else "their",
        ways=_ways(repair, need),
    )
    return f"{plan} {need.cells} cells; first on a sample."


def _ways(repair: Repair, need: Need) -> str:
    """Name the ways of writing, with the cells that read in no other way."""
    if not need.ways:
        return ""
    how = {Repair.UNIFY_TIMES: "parse only as ", Repair.CONVERT_UNITS: "are in "}.get(
        repair, "say "
    )
    ways = enumerate(need.ways.items())
    told = [f"{cells} {'' if at else how}{way}" for at, (way, cells) in ways]
    rest = need.cells - sum(need.ways.values())
    return f": {', '.join(told)}{f', {rest} others' if rest else ''}"
