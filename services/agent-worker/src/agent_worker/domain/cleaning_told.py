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
    Repair.MATCH_COLUMNS: "{columns} has another name here; I put it under its own.",
    Repair.STRIP_PREFIXES: "{columns} has another column's value glued in front; I take it off.",
    Repair.UNIFY_TIMES: "{columns} is written in several time formats; I read all of them.",
    Repair.CONVERT_UNITS: "{columns} has numbers with units; I convert them to the usual one.",
    Repair.UNIFY_NUMBERS: "{columns} has numbers written oddly; I read them as what they are.",
    Repair.BLANK_TOKENS: "{columns} says missing in several ways; I leave one, empty.",
    Repair.EMPTY_UNUSABLE: (
        "{columns} has values that cannot be; I empty them, which the score keeps counting as bad."
    ),
    Repair.DROP_DUPLICATES: "Rows repeat earlier ones in every column; I keep the first of each.",
}


def plan_of_repair(repair: Repair, need: Need) -> str:
    """Tell that a repair is tried next, and what for."""
    columns = ", ".join(f"`{name}`" for name in need.columns)
    return f"{_PLANS[repair].format(columns=columns)} {need.cells} cells; first on a sample."
