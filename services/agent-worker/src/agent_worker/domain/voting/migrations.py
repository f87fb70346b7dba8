"""How an elector judges a migration: by what it would take from rows of the elector's own choice.

The proposer has tried all rows and says how many lose a value. What the table's statistics settle
is settled; of the rest an elector believes the number only as far as its own sample does not
contradict it. One row that does is enough, and everybody can look at it.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.mending_told import counted
from agent_worker.domain.schema_contract import Migration
from agent_worker.domain.voting.contradictions import Contradiction
from agent_worker.domain.voting.schemas import told_contradictions
from agent_worker.domain.voting.statistics import Settled
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import Evidence, VoteChoice
from shared.contracts.witnesses import WITNESSES_MAX

UNSEEN_SHARE = 0.01
"""The confidence of an approval is that of having seen a loss that this share of rows has."""


class SampledFile(Contract):
    """What an elector found in its sample of one of the table's files."""

    file: str
    rows: int
    is_whole: bool = False
    """Whether these are all rows of the file."""
    rows_lost: int
    missing: int
    """Rows without a value where there must be one."""
    examples: tuple[str, ...] = ()
    lost: tuple[Contradiction, ...] = ()
    """Some rows that lose a value."""
    empty: tuple[Contradiction, ...] = ()
    """Some rows without a value where there must be one."""


def contradictions_in(
    migration: Migration, samples: Sequence[SampledFile]
) -> tuple[Contradiction, ...]:
    """Return the rows that contradict the migration.

    A row that loses its value does so only where more of them are shown than the proposal admits.
    """
    lost = [each for sample in samples for each in sample.lost]
    is_admitted = len(lost) <= migration.rows_lost or migration.rows_lost >= WITNESSES_MAX
    empty = [each for sample in samples for each in sample.empty]
    return (*empty, *(() if is_admitted else lost))


def judge_migration(
    migration: Migration, samples: Sequence[SampledFile], settled: Sequence[Settled] = ()
) -> VoteOutcome:
    """Vote on a migration by samples of the table, and by what its statistics settle."""
    rows = sum(sample.rows for sample in samples)
    objection = _objection(migration, samples, rows)
    if objection:
        return _vote(VoteChoice.REJECT, 1.0, samples, objection)
    if not rows and migration.rows:
        reason = "None of the table's rows are mine to read, so I cannot judge."
        return _vote(VoteChoice.ABSTAIN, 0.0, samples, reason)
    lost = sum(sample.rows_lost for sample in samples)
    files = counted(len(samples), "file")
    whose = f"that I drew from {files}, none that another elector draws"
    if all(sample.is_whole for sample in samples):
        whose = f"of {files} that I read whole"
    reason = (
        f"{_told_settled(settled)}Of {counted(rows, 'row')} {whose}, {lost} lose a value; the "
        f"proposal says {migration.rows_lost} of all {migration.rows}, and "
        f"{migration.rows_lost_max} may."
    )
    confidence = 1.0 if not migration.rows else 1 - (1 - UNSEEN_SHARE) ** rows
    return _vote(VoteChoice.APPROVE, round(confidence, 4), samples, reason)


def _told_settled(settled: Sequence[Settled]) -> str:
    if not settled:
        return ""
    return f"The table's statistics settle {'; '.join(each.told for each in settled)}. "


def _objection(migration: Migration, samples: Sequence[SampledFile], rows: int) -> str:
    lost = sum(sample.rows_lost for sample in samples)
    missing = sum(sample.missing for sample in samples)
    found = contradictions_in(migration, samples)
    veto = f" {told_contradictions(found)}" if found else ""
    if missing:
        return (
            f"{missing} of {rows} rows that I read would be empty where the proposed schema allows "
            f"no empty value.{veto}"
        )
    if migration.rows_lost > migration.rows_lost_max:
        return (
            f"{migration.rows_lost} of {migration.rows} rows would lose a value, as the proposal "
            f"says itself; {migration.rows_lost_max} may. In my sample it is {lost} of {rows}."
        )
    if lost > migration.rows_lost:
        return (
            f"{lost} of {rows} rows that I read lose a value, more than the {migration.rows_lost} "
            f"that the proposal says of the whole table.{veto}"
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
