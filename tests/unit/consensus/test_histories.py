"""Random histories of votes: one result each, equal to a pure function of the log."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.voting import ProposalOutcome, VoteChoice
from tests.unit.consensus.chamber import KEYS, Chamber

CHOICES = st.sampled_from(VoteChoice)
SIZE_MAX = 7
STRANGER = len(KEYS) - 1


@dataclass(frozen=True)
class Cast:
    voter: int
    choice: VoteChoice
    signer: int


Event = Cast | Literal["close"]
Log = tuple[int, list[Event]]


def honest(voter: int, choice: VoteChoice) -> Cast:
    return Cast(voter, choice, voter)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    size = draw(st.integers(0, SIZE_MAX))
    voters = st.sampled_from((*range(size), STRANGER))
    casts = st.builds(honest, voters, CHOICES) | st.builds(Cast, voters, CHOICES, voters)
    events: list[Event] = list(draw(st.lists(casts, max_size=3 * SIZE_MAX)))
    events.insert(draw(st.integers(0, len(events))), "close")
    return size, events


def play(log: Log, *, restarts: bool = False) -> Chamber:
    size, events = log
    chamber = Chamber(size, restarts=restarts)
    chamber.open()
    for event in events:
        if event == "close":
            chamber.close()
        else:
            chamber.vote(event.voter, event.choice, signer=event.signer)
    return chamber


def outcome_of(log: Log) -> ProposalOutcome:
    (conclusion,) = play(log).conclusions
    return conclusion.outcome


def reference(log: Log) -> ProposalOutcome:
    """Return what the log decides, by sets of words instead of records and tallies."""
    size, events = log
    if size == 0:
        return ProposalOutcome.INVALID_ELECTORATE
    said: dict[int, set[VoteChoice]] = {voter: set() for voter in range(size)}
    for event in events:
        if event == "close":
            break
        if event.voter in said and event.signer == event.voter:
            said[event.voter].add(event.choice)
        approving = sum(words == {VoteChoice.APPROVE} for words in said.values())
        silent = sum(not words for words in said.values())
        if 2 * approving > size:
            return ProposalOutcome.ACCEPTED
        if 2 * (approving + silent) <= size:
            return ProposalOutcome.REJECTED
    return ProposalOutcome.TIMED_OUT


@given(logs())
def test_every_log_has_one_result_and_it_is_the_references(log: Log) -> None:
    assert outcome_of(log) is reference(log)


@given(logs())
def test_a_restart_before_every_input_leaves_the_same_bytes(log: Log) -> None:
    undisturbed, restarted = play(log), play(log, restarts=True)
    assert restarted.stored_bytes() == undisturbed.stored_bytes()
    assert restarted.sends == undisturbed.sends


@given(logs())
def test_strangers_forgeries_and_late_votes_have_no_effect(log: Log) -> None:
    size, events = log
    ahead = events[: events.index("close")]
    valid: list[Event] = [
        event
        for event in ahead
        if event != "close" and event.voter < size and event.signer == event.voter
    ]
    assert play((size, [*valid, "close"])).conclusions == play(log).conclusions


@given(st.lists(CHOICES, min_size=1, max_size=SIZE_MAX), st.data())
def test_order_and_repetition_of_votes_change_nothing(
    choices: list[VoteChoice], draws: st.DataObject
) -> None:
    casts = [honest(*each) for each in enumerate(choices)]
    shuffled = draws.draw(st.permutations(casts + casts))
    in_order: Log = (len(choices), [*casts, "close"])
    assert outcome_of((len(choices), [*shuffled, "close"])) is outcome_of(in_order)


@given(st.permutations((VoteChoice.APPROVE, VoteChoice.REJECT)), logs())
def test_an_equivocator_is_worth_nothing_in_either_order(
    contradiction: list[VoteChoice], log: Log
) -> None:
    size, events = log
    others: list[Event] = [each for each in events if each == "close" or each.voter != 0]
    doubled: list[Event] = [honest(0, choice) for choice in contradiction]
    abstained: list[Event] = [honest(0, VoteChoice.ABSTAIN)]
    if size > 1:
        assert outcome_of((size, doubled + others)) is outcome_of((size, abstained + others))


@given(st.lists(CHOICES, min_size=2, max_size=SIZE_MAX), st.data())
def test_equal_voters_are_interchangeable(choices: list[VoteChoice], draws: st.DataObject) -> None:
    swapped = draws.draw(st.permutations(choices))
    size = len(choices)
    before: Log = (size, [*(honest(*each) for each in enumerate(choices)), "close"])
    after: Log = (size, [*(honest(*each) for each in enumerate(swapped)), "close"])
    assert outcome_of(before) is outcome_of(after)


@settings(max_examples=20)
@given(logs(), st.integers(1, 3))
def test_a_deadline_that_rings_again_still_gives_one_result(log: Log, rings: int) -> None:
    chamber = play((log[0], [event for event in log[1] if event != "close"]))
    for _ in range(rings):
        if chamber.timers:
            chamber.reach_deadline()
    for _ in range(rings):
        chamber.close()
    assert len(chamber.conclusions) == 1
