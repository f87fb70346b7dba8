"""How an elector judges a migration: by what it would take from rows of the elector's own choice.

The proposer has tried all rows and says how many lose a value. An elector believes the number only
as far as its own sample does not contradict it; one row that does is enough to reject.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.schema_contract import Migration
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import Evidence, VoteChoice

UNSEEN_SHARE = 0.01
"""The confidence of an approval is that of having seen a loss that this share of rows has."""


class SampledFile(Contract):
    """What an elector found in its sample of one of the table's files."""

    file: str
    rows: int
    rows_lost: int
    missing: int
    """Rows without a value where there must be one."""
    examples: tuple[str, ...] = ()


def judge_migration(migration: Migration, samples: Sequence[SampledFile]) -> VoteOutcome:
    """Vote on a migration by samples of the table."""
    rows = sum(sample.rows for sample in samples)
    objection = _objection(migration, samples, rows)
    if objection:
        return _vote(VoteChoice.REJECT, 1.0, samples, objection)
    if not rows and migration.rows:
        reason = "My sample has no rows, so I cannot judge."
        return _vote(VoteChoice.ABSTAIN, 0.0, samples, reason)
    lost = sum(sample.rows_lost for sample in samples)
    reason = (
        f"Of {rows} rows that I drew from {len(samples)} files, {lost} lose a value; the proposal "
        f"says {migration.rows_lost} of all {migration.rows}, and {migration.rows_lost_max} may."
    )
    confidence = 1.0 if not migration.rows else 1 - (1 - UNSEEN_SHARE) ** rows
    return _vote(VoteChoice.APPROVE, round(confidence, 4), samples, reason)


def _objection(migration: Migration, samples: Sequence[SampledFile], rows: int) -> str:
    lost = sum(sample.rows_lost for sample in samples)
    missing = sum(sample.missing for sample in samples)
    if missing:
        return (
            f"{missing} of {rows} rows that I drew would be empty where the proposed schema allows "
            "no empty value."
        )
    if migration.rows_lost > migration.rows_lost_max:
        return (
            f"{migration.rows_lost} of {migration.rows} rows would lose a value, as the proposal "
            f"says itself; {migration.rows_lost_max} may. In my sample it is {lost} of {rows}."
        )
    if lost > migration.rows_lost:
        return (
            f"{lost} of {rows} rows that I drew lose a value, more than the {migration.rows_lost} "
            "that the proposal says of the whole table."
        )
    return ""


def _vote(
    choice: VoteChoice, confidence: float, samples: Sequence[SampledFile], reason: str
) -> VoteOutcome:
    evidence = tuple(
        Evidence(
            partition=sample.file,
            rows_checked=sample.rows,
            violations=sample.rows_lost + sample.missing,
            examples=sample.examples[:5],
        )
        for sample in samples
    )
    return VoteOutcome(choice=choice, confidence=confidence, evidence=evidence, reason=reason)
