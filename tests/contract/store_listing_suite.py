"""What every adapter of the `Store` port promises of listings."""

from dataclasses import replace

import pytest

from shared.ports.store import PAGE_SIZE_MAX, Commit, Query, Store
from tests.contract.store_suite import StoreFixtures, tasks

ALL = Query("planner", "task", limit=3)
OF_ONE = replace(ALL, parent="pipeline-1")


async def fill(store: Store, *parents: str) -> None:
    """Store tasks of ranks 0 to 6 under each parent, every parent in a shard of its own."""
    for shard, parent in enumerate(parents):
        claim = (await store.claim("planner", shard)).claim
        await store.commit(claim, Commit(records=tasks(*"0462531", parent=parent)))


async def pages(store: Store, query: Query) -> list[str]:
    """Return the bodies of each page, joined, until the listing ends."""
    page = await store.select(query)
    shown = [b"".join(page.bodies).decode()]
    while page.next_token:
        page = await store.select(replace(query, token=page.next_token))
        shown.append(b"".join(page.bodies).decode())
    return shown


class StoreListingSuite(StoreFixtures):
    """The promises."""

    async def test_a_listing_of_nothing_is_one_empty_page(self, store: Store) -> None:
        assert await pages(store, ALL) == [""]

    async def test_a_listing_goes_by_rank(self, store: Store) -> None:
        await fill(store, "pipeline-1")
        assert await pages(store, ALL) == ["012", "345", "6"]

    async def test_a_listing_can_begin_with_the_newest(self, store: Store) -> None:
        await fill(store, "pipeline-1")
        assert await pages(store, replace(ALL, newest_first=True)) == ["654", "321", "0"]

    async def test_a_parent_lists_its_own(self, store: Store) -> None:
        await fill(store, "pipeline-1", "pipeline-2")
        assert await pages(store, OF_ONE) == ["012", "345", "6"]
        assert await pages(store, ALL) == ["001", "122", "334", "455", "66"]

    async def test_equal_ranks_go_by_key_across_pages(self, store: Store) -> None:
        await fill(store, *(f"pipeline-{number}" for number in range(4)))
        assert "".join(await pages(store, ALL)) == "0000111122223333444455556666"

    async def test_a_full_last_page_ends_the_listing(self, store: Store) -> None:
        await fill(store, "pipeline-1")
        assert await pages(store, replace(ALL, limit=7)) == ["0123456"]

    async def test_ranks_are_ordered_by_their_bytes(self, store: Store) -> None:
        claim = (await store.claim("planner", 0)).claim
        await store.commit(claim, Commit(records=tasks("a", "B", "_", "é", "b", "A")))
        assert await pages(store, replace(ALL, limit=9)) == ["AB_abé"]

    async def test_deletions_between_pages_hide_nothing_else(self, store: Store) -> None:
        await fill(store, "pipeline-1")
        page = await store.select(ALL)
        claim = (await store.claim("planner", 0)).claim
        gone = tuple(replace(record, body=None) for record in tasks("0", "2", "3"))
        await store.commit(claim, Commit(records=gone))
        rest = await store.select(replace(ALL, token=page.next_token))
        assert rest.bodies == (b"4", b"5", b"6")

    @pytest.mark.parametrize("token", ["x", "ä", "bm8=", "WzEsMiwzXQ==", "W10=", "bnVsbA=="])
    async def test_a_token_that_no_page_gave_is_refused(self, store: Store, token: str) -> None:
        with pytest.raises(ValueError, match=r"page token .* none to begin again"):
            await store.select(replace(ALL, token=token))

    @pytest.mark.parametrize("limit", [0, -1, PAGE_SIZE_MAX + 1])
    async def test_a_page_size_out_of_bounds_is_refused(self, store: Store, limit: int) -> None:
        with pytest.raises(ValueError, match=f"1 to {PAGE_SIZE_MAX} records, not {limit}"):
            await store.select(replace(ALL, limit=limit))
