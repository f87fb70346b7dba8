"""What every adapter of the `Store` port promises, whatever it keeps its shards in.

An adapter joins by a subclass that overrides the fixture `new_store`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import pytest

from shared.ports.bus import Entry
from shared.ports.store import (
    TAKEN_IDS_MAX,
    Advance,
    Commit,
    FencedError,
    Store,
    StoredRecord,
)

NewStore = Callable[[], Store]

FIRST_READ = Advance("argosy.planner", 3, None, 5)
TASK = StoredRecord("task", "task-1", "pipeline-1", "001", b'{"state":"ready"}')
GREETING = Entry("argosy.hub", "key-1", b'{"hello":"\xc3\xbc"}', {"ce-type": "greeting"}, 7)
FAREWELL = Entry("argosy.events", "key-2", b"{}")
EVERYTHING = Commit((FIRST_READ,), (TASK,), ("id-1", "id-2"), (GREETING, FAREWELL))


def tasks(*ranks: str, parent: str = "pipeline-1") -> tuple[StoredRecord, ...]:
    """Return one record for each rank; its body is its rank."""
    return tuple(
        StoredRecord("task", f"{parent}/{rank}", parent, rank, rank.encode()) for rank in ranks
    )


class StoreFixtures:
    """What an adapter gives to join a suite."""

    @pytest.fixture
    def new_store(self) -> NewStore:
        """Return a maker of stores that all keep their shards in one and the same place."""
        raise NotImplementedError

    @pytest.fixture
    async def store(self, new_store: NewStore) -> AsyncGenerator[Store]:
        store = new_store()
        await store.start()
        yield store
        await store.stop()


class StoreSuite(StoreFixtures):
    """The promises."""

    async def test_a_new_shard_is_empty(self, store: Store) -> None:
        shard = await store.claim("planner", 3)
        assert (shard.records, shard.taken, shard.claim.positions) == ((), (), {})

    async def test_a_claim_returns_all_that_was_committed(self, store: Store) -> None:
        first = await store.claim("planner", 3)
        await store.commit(first.claim, EVERYTHING)
        second = await store.claim("planner", 3)
        assert second.records == (TASK,)
        assert second.taken == ("id-1", "id-2")
        assert second.claim.positions == {("argosy.planner", 3): 5}

    async def test_every_claim_has_a_newer_epoch(self, store: Store) -> None:
        epochs = [(await store.claim("planner", 3)).claim.epoch for _ in range(3)]
        assert epochs == sorted(set(epochs))

    async def test_a_claim_fences_the_owner_before(self, store: Store) -> None:
        old = await store.claim("planner", 3)
        new = await store.claim("planner", 3)
        with pytest.raises(FencedError):
            await store.commit(old.claim, EVERYTHING)
        await store.commit(new.claim, EVERYTHING)

    async def test_a_shard_that_nobody_claimed_takes_no_commit(self, store: Store) -> None:
        claimed = (await store.claim("planner", 3)).claim
        with pytest.raises(FencedError):
            await store.commit(replace(claimed, shard=4), EVERYTHING)

    async def test_a_claim_leaves_other_shards_and_machines_alone(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        other = (await store.claim("planner", 4)).claim
        await store.claim("consensus", 3)
        await store.commit(claim, EVERYTHING)
        await store.commit(other, EVERYTHING)
        assert (await store.claim("consensus", 3)).records == ()

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(replace(FIRST_READ, from_position=4), id="it moved further"),
            pytest.param(replace(FIRST_READ, from_position=6), id="it never got there"),
            pytest.param(replace(FIRST_READ, from_position=None), id="it was read before"),
            pytest.param(Advance("argosy.planner", 9, 0, 1), id="it was never read"),
        ],
    )
    async def test_a_wrong_position_is_refused(self, store: Store, wrong: Advance) -> None:
        claim = (await store.claim("planner", 3)).claim
        await store.commit(claim, Commit((FIRST_READ,)))
        with pytest.raises(FencedError):
            await store.commit(claim, Commit((wrong,)))

    async def test_of_two_commits_from_one_position_one_wins(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        rivals = [store.commit(claim, EVERYTHING) for _ in range(8)]
        outcomes = await asyncio.gather(*rivals, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, FencedError)]
        assert len(refused) == 7
        assert (await store.claim("planner", 3)).taken == ("id-1", "id-2")

    async def test_a_refused_commit_stores_nothing(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        last_is_wrong = (FIRST_READ, Advance("argosy.planner", 9, 8, 9))
        with pytest.raises(FencedError):
            await store.commit(claim, replace(EVERYTHING, advances=last_is_wrong))
        shard = await store.claim("planner", 3)
        assert (shard.records, shard.taken, shard.claim.positions) == ((), (), {})
        assert await store.unpublished(shard.claim, 10) == ()

    async def test_records_are_replaced_and_deleted(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        first, second, third = tasks("1", "2", "3")
        moved = replace(second, parent="pipeline-2", rank="9", body=b"moved")
        await store.commit(claim, Commit(records=(first, second, third)))
        await store.commit(claim, Commit(records=(replace(first, body=None), moved)))
        shard = await store.claim("planner", 3)
        assert sorted(shard.records, key=lambda record: record.rank) == [third, moved]

    async def test_the_last_change_of_a_record_in_a_commit_counts(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        gone, back = replace(TASK, body=None), replace(TASK, body=b"back")
        await store.commit(claim, Commit(records=(TASK, gone, back)))
        assert await store.get("planner", "task", "task-1") == b"back"
        await store.commit(claim, Commit(records=(TASK, gone)))
        assert await store.get("planner", "task", "task-1") is None

    async def test_shards_may_use_the_same_key(self, store: Store) -> None:
        for shard in (1, 2):
            claim = (await store.claim("planner", shard)).claim
            await store.commit(claim, Commit(records=(replace(TASK, body=b"%d" % shard),)))
        assert [record.body for record in (await store.claim("planner", 1)).records] == [b"1"]
        assert [record.body for record in (await store.claim("planner", 2)).records] == [b"2"]

    async def test_the_newest_taken_ids_are_kept_in_order(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        ids = tuple(f"id-{number}" for number in range(TAKEN_IDS_MAX + 2_500))
        for start in range(0, len(ids), 900):
            await store.commit(claim, Commit(taken=ids[start : start + 900]))
        assert (await store.claim("planner", 3)).taken == ids[-TAKEN_IDS_MAX:]

    async def test_the_outbox_keeps_its_order_until_marked(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        first = await store.commit(claim, Commit(outbox=(GREETING, FAREWELL)))
        second = await store.commit(claim, Commit(outbox=(GREETING,)))
        assert [stored.entry for stored in first] == [GREETING, FAREWELL]
        assert await store.unpublished(claim, 10) == first + second
        assert await store.unpublished(claim, 2) == first
        await store.mark_published(claim, first[-1].sequence)
        assert await store.unpublished(claim, 10) == second

    async def test_sequences_rise_although_the_outbox_was_emptied(self, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        (before,) = await store.commit(claim, Commit(outbox=(GREETING,)))
        await store.mark_published(claim, before.sequence)
        (after,) = await store.commit(claim, Commit(outbox=(GREETING,)))
        assert after.sequence > before.sequence

    async def test_outboxes_of_shards_are_apart(self, store: Store) -> None:
        first, second = [(await store.claim("planner", shard)).claim for shard in (1, 2)]
        await store.commit(first, Commit(outbox=(GREETING,)))
        (kept,) = await store.commit(second, Commit(outbox=(FAREWELL,)))
        await store.mark_published(first, kept.sequence + 10)
        assert await store.unpublished(second, 10) == (kept,)

    async def test_everything_is_there_after_a_restart(self, new_store: NewStore) -> None:
        stopped, started = new_store(), new_store()
        await stopped.start()
        outgoing = await stopped.commit((await stopped.claim("planner", 3)).claim, EVERYTHING)
        await stopped.stop()
        await started.start()
        shard = await started.claim("planner", 3)
        assert (shard.records, shard.taken) == ((TASK,), ("id-1", "id-2"))
        assert await started.unpublished(shard.claim, 10) == outgoing
        await started.stop()

    async def test_get_finds_a_record_by_machine_kind_and_key(self, store: Store) -> None:
        await store.commit((await store.claim("planner", 3)).claim, EVERYTHING)
        assert await store.get("planner", "task", "task-1") == TASK.body
        assert await store.get("planner", "task", "task-2") is None
        assert await store.get("planner", "goal", "task-1") is None
        assert await store.get("hub", "task", "task-1") is None
