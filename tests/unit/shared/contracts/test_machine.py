"""A decision gathers changes, effects and timers into one step."""

from datetime import UTC, datetime, timedelta

from shared.contracts.machine import Decision, Follow, Step, Timer
from shared.contracts.topics import INBOX
from shared.kernel.records import Draft, Records

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def decide(*timers: Timer) -> Decision:
    return Decision(Draft(Records(timers)), NOW)


def test_nothing_decided_is_an_empty_step() -> None:
    assert decide().step() == Step()


def test_effects_keep_their_order_in_the_step() -> None:
    decision = decide()
    effects = (Follow(INBOX, 2), Follow(INBOX, 1))
    decision.effects.extend(effects)
    assert decision.step().effects == effects


def test_setting_a_timer_again_moves_it() -> None:
    decision = decide()
    decision.set_timer("deadline", NOW)
    decision.set_timer("deadline", NOW + timedelta(seconds=30))
    (change,) = decision.step().changes
    assert change.record == Timer(name="deadline", due=NOW + timedelta(seconds=30))


def test_cancelling_a_timer_forgets_it() -> None:
    decision = decide(Timer(name="deadline", due=NOW))
    decision.cancel_timer("deadline")
    assert decision.draft.get(Timer, "deadline") is None


def test_cancelling_an_unknown_timer_changes_nothing() -> None:
    decision = decide()
    decision.cancel_timer("deadline")
    assert decision.step() == Step()


def test_timers_are_found_in_order_of_time() -> None:
    late = Timer(name="a", due=NOW + timedelta(seconds=1))
    early = Timer(name="b", due=NOW)
    assert list(Records([late, early]).select(Timer, "all", "")) == [early, late]
