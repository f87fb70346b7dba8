"""How an elector judges a proposed schema: by the share of its own sample that the schema reads.

One column that is read badly is enough to reject; a majority of good columns must not hide it. Dirt
within the tolerance is an ordinary judgement. What the schema has no place for at all is a
contradiction: each one names a row that anybody can look at.
"""

from collections.abc import Sequence
from math import erf, sqrt

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.cleaning import UNUSABLE, CellClass, ColumnTally, PartitionTally
from agent_worker.domain.mending import StepTrial
from agent_worker.domain.mending_told import counted
from agent_worker.domain.voting.bounds import lower_bound, upper_bound
from agent_worker.domain.voting.contradictions import Contradiction
from agent_worker.domain.voting.recipes import RecipeSeen, judge_recipe
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import Evidence, VoteChoice

VIOLATIONS_SHARE_MAX = 0.02
"""Of a column's values: more that cannot be read are no dirt but another column than proposed."""


class SampledPartition(Contract):
    """What an elector found in its sample of one partition."""

    partition: str
    """The file's name."""
    tally: PartitionTally
    """Of the rows drawn by chance: what shares are counted of."""
    is_whole: bool = False
    """Whether these are all rows of the partition."""
    searched_rows: int = 0
    """Rows searched for keys that occur twice and values that are missing, by a contract's word."""
    telling_rows: int = 0
    """Rows looked at besides: those with a column's extremes, longest texts and missing values."""
    telling_violations: int = 0
    examples: tuple[str, ...] = ()
    steps: tuple[StepTrial, ...] = ()
    """What the steps of the proposed recipe find in it."""
    contradictions: tuple[Contradiction, ...] = ()
    """What the proposal leaves no room for."""


def judge_sample(
    samples: Sequence[SampledPartition], *, electors: int = 1, steps_proposed: int = 0
) -> VoteOutcome:
    """Vote on the proposal that the samples were read by, with a recipe of so many steps."""
    evidence = tuple(map(_evidence, samples))
    rows = sum(sample.tally.rows for sample in samples)
    found = [each for sample in samples for each in sample.contradictions]
    if found:
        return _vote(VoteChoice.REJECT, 1.0, evidence, told_contradictions(found))
    if not rows:
        # A source may be a header alone: a table without rows is a table, and harms nobody.
        reason = "There are no rows where I looked, so nothing contradicts the schema."
        return _vote(VoteChoice.APPROVE, 0.5, evidence, reason)
    column, violations, values = _worst_column(samples)
    recipe = judge_recipe([_recipe_seen(sample) for sample in samples], steps_proposed)
    is_misread = lower_bound(violations, values) > VIOLATIONS_SHARE_MAX
    worst = (
        f"The column read worst is `{column}`: {violations} of {values} values "
        f"({violations / values:.1%}) do not fit it; {VIOLATIONS_SHARE_MAX:.0%} may."
        if violations
        else "Every value of every column fits."
    )
    bound = told_bound(samples, violations, values, electors)
    told = " ".join(filter(None, (told_rows(samples), worst, bound, recipe.reason)))
    choice = VoteChoice.REJECT if is_misread or recipe.is_harmful else VoteChoice.APPROVE
    return _vote(choice, _confidence(violations / values, values), evidence, told)


def told_contradictions(found: Sequence[Contradiction]) -> str:
    """Tell what the proposal leaves no room for, the first of each kind with its place."""
    kinds: dict[tuple[str, str], list[Contradiction]] = {}
    for each in found:
        kinds.setdefault((each.column, each.rule), []).append(each)
    said = [f"`{column}` {rule} ({_places(alike)})" for (column, rule), alike in kinds.items()]
    more = f"; and {len(said) - 3} more of other kinds" if len(said) > 3 else ""  # noqa: PLR2004 - three are enough to read
    return (
        f"{'; '.join(said[:3])}{more}. Anybody can look at "
        f"{'that place' if len(found) == 1 else 'these places'} again, so this is a veto."
    )


def _places(found: Sequence[Contradiction]) -> str:
    first = found[0]
    file = first.partition.rpartition("/")[2]
    place = f"row {first.row} of {file}" if first.row else f"header of {file}"
    return place if len(found) == 1 else f"{place}, and others"


def told_rows(samples: Sequence[SampledPartition]) -> str:
    """Tell which rows were looked at."""
    rows = sum(sample.tally.rows for sample in samples)
    where = counted(len(samples), "partition")
    telling = sum(sample.telling_rows for sample in samples)
    unlike = sum(sample.telling_violations for sample in samples)
    odd = f"{counted(unlike, 'value')} there {'does' if unlike == 1 else 'do'} not fit"
    besides = (
        f" Besides I read {counted(telling, 'row')} with the extremes, the longest texts and the "
        f"gaps of each column: {odd if unlike else 'all of their values fit'}."
    )
    if all(sample.is_whole for sample in samples):
        return f"I read all {counted(rows, 'row')} of {where}."
    drawn = f"I drew {counted(rows, 'row')} from {where}, none that another elector draws."
    return drawn + (besides if telling else "")


def told_bound(
    samples: Sequence[SampledPartition], violations: int, values: int, electors: int
) -> str:
    """Tell what the sample says of all rows, and what all electors' samples together would."""
    if all(sample.is_whole for sample in samples):
        return ""
    least = lower_bound(violations, values)
    if least > VIOLATIONS_SHARE_MAX:
        return f"With 95 % confidence at least {least:.1%} of all do not."
    alone = f"With 95 % confidence at most {upper_bound(violations, values):.2%} of all do not"
    if electors == 1:
        return f"{alone}."
    together = upper_bound(violations * electors, values * electors)
    return f"{alone}, and at most {together:.2%} if {electors} electors find the same."


def _recipe_seen(sample: SampledPartition) -> RecipeSeen:
    tally = sample.tally
    return RecipeSeen(tally.rows - tally.rows_quarantined, len(tally.columns), sample.steps)


def _vote(
    choice: VoteChoice, confidence: float, evidence: tuple[Evidence, ...], reason: str
) -> VoteOutcome:
    return VoteOutcome(choice=choice, confidence=confidence, evidence=evidence, reason=reason)


def _evidence(sample: SampledPartition) -> Evidence:
    violations = sum(column.count(*UNUSABLE) for column in sample.tally.columns)
    return Evidence(
        partition=sample.partition,
        rows_checked=sample.tally.rows + sample.telling_rows,
        violations=violations + sample.telling_violations + len(sample.contradictions),
        examples=sample.examples[:5],
    )


def _worst_column(samples: Sequence[SampledPartition]) -> tuple[str, int, int]:
    """Return the column with the highest share of violations, these, and its values."""
    counts: dict[str, list[int]] = {}
    for sample in samples:
        for column in sample.tally.columns:
            count = counts.setdefault(column.column, [0, 0])
            count[0] += column.count(*UNUSABLE)
            count[1] += _values(column)
    worst = max(counts, key=lambda name: counts[name][0] / max(counts[name][1], 1))
    violations, values = counts[worst]
    return worst, violations, max(values, 1)


def _values(column: ColumnTally) -> int:
    return sum(column.cells.values()) - column.count(CellClass.ABSENT, CellClass.TOKEN)


def _confidence(share: float, values: int) -> float:
    """Return how likely the whole column is on the same side of the tolerance as the sample."""
    deviation = sqrt(VIOLATIONS_SHARE_MAX * (1 - VIOLATIONS_SHARE_MAX) / values)
    distance = abs(share - VIOLATIONS_SHARE_MAX) / deviation
    return round((1 + erf(distance / sqrt(2))) / 2, 4)
