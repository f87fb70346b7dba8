"""Whether a history comes to the one result that it must, however often its process dies."""

from random import Random

from shared.contracts.topics import EVENTS, HUB
from tests.consensus_histories.history import History
from tests.consensus_histories.playing import play
from tests.consensus_histories.reference import ending_of

CRASHES_MAX = 3


def fault_of(history: History, chance: Random) -> str | None:
    """Return what is wrong with how the machine took the history, or None."""
    chamber = play(history)
    if [len(chamber.payloads_on(topic)) for topic in (HUB, EVENTS)] != [1, 1]:
        return f"it has {len(chamber.conclusions)} results"
    (conclusion,) = chamber.conclusions
    outcome, number = ending_of(history)
    if conclusion.outcome is not outcome:
        return f"it is {conclusion.outcome} and must be {outcome}"
    if conclusion.decided_at_position != (0 if number is None else number + 1):
        return f"position {conclusion.decided_at_position} decided, not event {number}"
    crashes = {chance.randrange(len(history.events)) for _ in range(CRASHES_MAX)}
    crashed = play(history, crashes)
    if crashed.stored_bytes() != chamber.stored_bytes() or crashed.sends != chamber.sends:
        return f"crashes before events {sorted(crashes)} change what is stored or sent"
    return None
