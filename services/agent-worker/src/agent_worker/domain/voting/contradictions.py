"""Rows that contradict a proposal, how they become witnesses, and what others say of them.

What an elector found and what another one finds in the same rows come from the same judgement, so
that a true witness is always confirmed and one that was made up never is.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from hashlib import sha256

from agent_worker.domain.actions import VerdictOutcome
from shared.contracts.vocabulary import Contract
from shared.contracts.witnesses import WITNESS_TEXT_MAX, WITNESSES_MAX, Verdict, Witness

HEADER_ROW = 0
"""The row of a contradiction that a partition's header makes, not one of its rows."""

SHOWN_CHARACTERS_MAX = 80
"""Longer texts are cut where they are shown as examples."""

HASH_CHARACTERS = 12
"""Of a hash that stands for a text: enough to tell whether two texts are the same."""


class Redaction(StrEnum):
    """How values appear in evidence that leaves the agent."""

    SHOWN = "shown"
    """As they are, cut after 80 characters."""
    MASKED = "masked"
    """Each letter as `a` or `A`, each digit as 9: it shows how they are written, no more."""
    HASHED = "hashed"
    """As the beginning of their SHA-256."""


class Contradiction(Contract):
    """A value that is not as the proposal says."""

    partition: str
    """URI."""
    row: int
    """Its physical number, from 1; 0 for the header."""
    column: str
    rule: str
    """What the value breaks, in words, without the value."""
    text: str


def redacted(text: str, redaction: Redaction) -> str:
    """Return a value as evidence may show it."""
    match redaction:
        case Redaction.SHOWN:
            return text[:SHOWN_CHARACTERS_MAX]
        case Redaction.MASKED:
            return _masked(text[:SHOWN_CHARACTERS_MAX])
        case Redaction.HASHED:
            return f"sha256:{_hash_of(text)[:HASH_CHARACTERS]}"


def _masked(text: str) -> str:
    lower = re.sub(r"[^\W\d_]", lambda letter: "A" if letter[0].isupper() else "a", text)
    return re.sub(r"\d", "9", lower)


def _hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def witnesses_of(
    contradictions: Iterable[Contradiction], redaction: Redaction
) -> tuple[Witness, ...]:
    """Return the first contradictions as witnesses that anybody can look at again."""
    fitting = (each for each in contradictions if len(each.partition) <= WITNESS_TEXT_MAX)
    witnesses = (
        Witness.of(
            (each.partition, each.row, each.column[:WITNESS_TEXT_MAX]),
            rule=each.rule[:WITNESS_TEXT_MAX],
            value_hash=_hash_of(each.text),
            shown=redacted(each.text, redaction),
        )
        for each in fitting
    )
    return tuple(witness for _, witness in zip(range(WITNESSES_MAX), witnesses, strict=False))


def verdict_on(
    witnesses: Sequence[Witness],
    found: Iterable[Contradiction],
    *,
    allowed: Collection[str],
    unreadable: Sequence[str] = (),
) -> VerdictOutcome:
    """Say whether the witnesses' rows contradict the proposal.

    Args:
        witnesses: What the claimant says.
        found: What these very rows contradict, as this elector read them.
        allowed: The partitions that the proposal is about.
        unreadable: Why rows could not be read, if so.
    """
    known = {
        (each.partition, each.row, each.column[:WITNESS_TEXT_MAX], _hash_of(each.text)): each
        for each in found
    }
    for witness in witnesses:
        place = (witness.partition, witness.row, witness.column, witness.value_hash)
        if place in known and witness.partition in allowed:
            return VerdictOutcome(
                verdict=Verdict.CONFIRMED,
                reason=f"I read {_place_of(witness)} myself: it {known[place].rule}.",
            )
    foreign = [witness for witness in witnesses if witness.partition not in allowed]
    if unreadable and len(foreign) < len(witnesses):
        return VerdictOutcome(verdict=Verdict.UNREADABLE, reason=" ".join(unreadable))
    told = ", ".join(_place_of(witness) for witness in witnesses)
    reason = f"I read {told}: nothing there contradicts the proposal as the claimant says."
    if foreign:
        reason = f"{_place_of(foreign[0])} is no partition that the proposal is about."
    return VerdictOutcome(verdict=Verdict.REFUTED, reason=reason)


def _place_of(witness: Witness) -> str:
    file = witness.partition.rpartition("/")[2]
    where = "the header" if witness.row == HEADER_ROW else f"row {witness.row}"
    return f"`{witness.column}` in {where} of {file}"
