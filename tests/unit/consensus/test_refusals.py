"""What does not count is kept with the reason and its place, up to a limit."""

import pytest

from consensus.domain.refusals import REFUSALS_KEPT_MAX, RefusalReason, RefusalsRecord
from shared.contracts.voting import ValidationVote, VoteChoice
from tests.unit.consensus.chamber import KEYS, Chamber, a_vote

APPROVE, REJECT = VoteChoice.APPROVE, VoteChoice.REJECT


def kept_by(chamber: Chamber) -> RefusalsRecord:
    (record,) = (each for each in chamber.stored.values() if isinstance(each, RefusalsRecord))
    return record


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"voter_id": "agent-99"}, RefusalReason.NOT_A_MEMBER),
        ({"artifact_hash": "c1"}, RefusalReason.OTHER_ARTIFACT),
        ({"electorate_hash": "e1"}, RefusalReason.OTHER_ELECTORATE),
        ({"voter_id": "agent-01"}, RefusalReason.BAD_SIGNATURE),
        ({"person": "mara"}, RefusalReason.WRONG_PERSON),
        ({"reason": "x" * 32_768}, RefusalReason.TOO_LARGE),
    ],
)
def test_a_foreign_vote_is_kept_with_what_is_wrong_with_it(
    changed: dict[str, str], reason: RefusalReason
) -> None:
    chamber = Chamber()
    chamber.open()
    chamber.say(a_vote(chamber.proposal, 0, APPROVE).model_copy(update=changed), KEYS[0])
    record = kept_by(chamber)
    (refusal,) = record.refusals
    assert (refusal.reason, refusal.position, refusal.said) == (reason, 1, "approve")
    assert (record.foreign, record.late) == (1, 0)


def test_a_late_vote_is_kept_behind_the_result() -> None:
    chamber = Chamber(size=1)
    chamber.open()
    chamber.vote(0, APPROVE)
    chamber.vote(0, REJECT)
    assert [(each.reason, each.said) for each in kept_by(chamber).refusals] == [("late", "reject")]
    assert len(chamber.conclusions) == 1


def test_a_third_vote_proves_nothing_more() -> None:
    chamber = Chamber()
    chamber.open()
    for choice in VoteChoice:
        chamber.vote(0, choice)
    assert [each.reason for each in kept_by(chamber).refusals] == [RefusalReason.SURPLUS]


def test_refusals_beyond_the_limit_are_counted() -> None:
    chamber = Chamber()
    chamber.open()
    for _ in range(REFUSALS_KEPT_MAX + 3):
        chamber.vote(9, APPROVE)
    record = kept_by(chamber)
    assert (len(record.refusals), record.foreign) == (REFUSALS_KEPT_MAX, REFUSALS_KEPT_MAX + 3)


def test_a_strangers_id_of_any_length_is_cut() -> None:
    chamber = Chamber()
    chamber.open()
    vote = a_vote(chamber.proposal, 0, APPROVE)
    stranger: ValidationVote = vote.model_copy(update={"voter_id": "x" * 100_000})
    chamber.say(stranger, KEYS[0])
    assert len(kept_by(chamber).model_dump_json()) < 1000
