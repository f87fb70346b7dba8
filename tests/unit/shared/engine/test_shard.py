"""A shard takes each input once, and what it cannot take it buries and goes on."""

from datetime import UTC, datetime, timedelta

from shared.contracts import wire
from shared.contracts.machine import (
    Decision,
    Follow,
    Input,
    MessageReceived,
    Perform,
    Send,
    Step,
    TimerFired,
)
from shared.contracts.payloads import DeadLetter
from shared.contracts.topics import DEAD_LETTERS, PLANNER
from shared.contracts.voting import ProposalClose
from shared.engine.shard import Identity, ShardState, entry_of
from shared.kernel.records import Draft, Record, State
from shared.kernel.safeguards import Safeguards
from shared.ports.bus import Delivery
from shared.ports.store import Claim, Commit, Shard

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FATAL = "fatal"


class Alarm:
    """Sets a timer for each message, and breaks on everything that is called fatal."""

    name = "alarm"
    record_kinds: tuple[type[Record], ...] = ()

    def step(self, state: State, received: Input, now: datetime) -> Step:
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message):
                decision.set_timer(message.conversation_id, now)
            case TimerFired(name=name) if name == FATAL:
                raise RuntimeError(name)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        del state
        return ()


def loaded() -> ShardState:
    shard = Shard(Claim("alarm", 0, epoch=1, positions={}))
    return ShardState(Alarm(), shard, Identity("alarm", "run"), Safeguards())


def delivery(position: int, conversation: str, body: bytes | None = None) -> Delivery:
    send = Send(PLANNER, ProposalClose(proposal_id="p"), "alarm", conversation, conversation)
    entry = entry_of(send, Identity("x", ""), cause=conversation, index=0, now=NOW)
    content = entry.body if body is None else body
    return Delivery(PLANNER.name, 0, position, "key", content, entry.headers)


def letters(commit: Commit) -> list[DeadLetter]:
    buried = [entry for entry in commit.outbox if entry.topic == DEAD_LETTERS.name]
    payloads = [wire.decode(entry.body).data_payload for entry in buried]
    return [payload for payload in payloads if isinstance(payload, DeadLetter)]


def test_a_message_is_taken_once_wherever_it_stands() -> None:
    state = loaded()
    state.take_delivery(delivery(0, "one"), NOW)
    state.take_delivery(delivery(1, "one"), NOW)
    commit, _ = state.finish_batch()
    assert len(commit.taken) == 1
    assert [advance.to_position for advance in commit.advances] == [2]


def test_a_delivery_behind_the_position_is_not_taken_again() -> None:
    state = loaded()
    state.take_delivery(delivery(5, "one"), NOW)
    state.finish_batch()
    state.take_delivery(delivery(3, "two"), NOW)
    assert state.finish_batch()[0] == Commit()


def test_what_cannot_be_decoded_is_buried_and_passed() -> None:
    state = loaded()
    state.take_delivery(delivery(0, "one", b"{"), NOW)
    commit, _ = state.finish_batch()
    (letter,) = letters(commit)
    assert (letter.reason, letter.position) == ("undecodable", 0)
    assert commit.advances[0].to_position == 1


def test_a_timer_whose_step_breaks_is_buried_and_gone() -> None:
    state = loaded()
    state.take_delivery(delivery(0, FATAL), NOW)
    state.fire_timers(NOW + timedelta(seconds=1), limit=10)
    commit, _ = state.finish_batch()
    assert [letter.reason for letter in letters(commit)] == ["step_failed"]
    assert state.next_due() is None


def test_the_same_batch_leads_to_the_same_commit() -> None:
    commits: list[Commit] = []
    for _ in range(2):
        state = loaded()
        for position, name in enumerate(("one", "two", FATAL)):
            state.take_delivery(delivery(position, name), NOW)
        state.fire_timers(NOW, limit=10)
        commits.append(state.finish_batch()[0])
    assert commits[0] == commits[1]
