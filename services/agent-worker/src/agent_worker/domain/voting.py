"""How an elector judges a proposed schema: by the share of its own sample that the schema reads.

One column that is read badly is enough to reject; a majority of good columns must not hide it.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256
from math import erf, sqrt

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.cleaning import UNUSABLE, CellClass, ColumnTally, PartitionTally
from agent_worker.domain.mending import StepTrial
from agent_worker.domain.recipe_voting import RecipeSeen, judge_recipe
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import Evidence, VoteChoice

SAMPLE_ROWS = 1_000
"""Rows of one elector's sample: shows a violation of one row in a thousand with 63 %, and three
electors' samples together with 95 %."""

SAMPLED_PARTITIONS = 3
"""Few enough to be quick; electors choose different ones."""

VIOLATIONS_SHARE_MAX = 0.02
"""Of a column's values: more that cannot be read are no dirt but another column than proposed."""


class SampledPartition(Contract):
    """What an elector found in its sample of one partition."""

    partition: str
    tally: PartitionTally
    examples: tuple[str, ...] = ()
    steps: tuple[StepTrial, ...] = ()
    """What the steps of the proposed recipe find in it."""


def draw(seed: str, count: int, size: int) -> list[int]:
    """Draw that many numbers below the size; the same seed always draws the same."""
    return [
        int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8]) % size
        for number in range(count)
    ]


def choose_partitions(
    partitions: Sequence[str], seed: str, known: Collection[str] = ()
) -> list[str]:
    """Choose the partitions that an elector looks at; those that the proposer knows come last."""
    ranked = sorted(
        partitions,
        key=lambda uri: (uri in known, sha256(f"{seed}:{uri}".encode()).digest()),
    )
    return sorted(ranked[:SAMPLED_PARTITIONS])


def judge_sample(samples: Sequence[SampledPartition], steps_proposed: int = 0) -> VoteOutcome:
    """Vote on the proposal that the samples were read by, with a recipe of so many steps."""
    evidence = tuple(_evidence(sample) for sample in samples)
    unknown = {name for sample in samples for name in sample.tally.unknown_columns}
    rows = sum(sample.tally.rows for sample in samples)
    if unknown:
        names = ", ".join(f"`{name}`" for name in sorted(unknown))
        reason = f"{names} is in my sample and has no place in the proposed schema."
        return _vote(VoteChoice.REJECT, 1.0, evidence, reason)
    if not rows:
        # A source may be a header alone: a table without rows is a table, and harms nobody.
        reason = "There are no rows where I looked, so nothing contradicts the schema."
        return _vote(VoteChoice.APPROVE, 0.5, evidence, reason)
    column, violations, values = _worst_column(samples)
    share = violations / values
    told = (
        f"of {rows} rows that I drew from {len(samples)} partitions, the column read worst is "
        f"`{column}`: {violations} of {values} values ({share:.1%}) do not fit it; "
        f"{VIOLATIONS_SHARE_MAX:.0%} may."
    )
    recipe = judge_recipe([_recipe_seen(sample) for sample in samples], steps_proposed)
    is_read = share <= VIOLATIONS_SHARE_MAX
    choice = VoteChoice.APPROVE if is_read and not recipe.is_harmful else VoteChoice.REJECT
    reason = f"{told[0].upper()}{told[1:]} {recipe.reason}".rstrip()
    return _vote(choice, _confidence(share, values), evidence, reason)


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
        rows_checked=sample.tally.rows,
        violations=violations,
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
