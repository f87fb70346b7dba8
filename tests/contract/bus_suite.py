"""What every bus promises; each adapter runs these tests against itself (test_bus.py)."""

import asyncio
import logging

import pytest

from shared.contracts.topics import MESSAGE_BYTES_MAX, Topic
from shared.kernel.partitioning import partition_of
from shared.ports.bus import Bus, Delivery, Entry, Polled
from tests.support.bus import (
    LIMIT,
    PARTITIONS,
    SECONDS_MAX,
    Member,
    entries,
    numbers,
    read,
    rest,
    settle,
    sought,
)


class BusSuite:
    """The promises; a subclass brings the fixtures `bus` (started) and `topic` (its own)."""

    async def test_entries_of_a_partition_keep_their_order(self, bus: Bus, topic: Topic) -> None:
        for _ in range(2):
            await bus.append(entries(topic, 3000))
        deliveries = await read(await sought(bus, topic), 6000)
        assert numbers(deliveries) == [*range(3000), *range(3000)]
        assert [each.position for each in deliveries] == list(range(6000))

    async def test_a_key_goes_where_the_kernel_says(self, bus: Bus, topic: Topic) -> None:
        keys = [f"pipeline-{number}" for number in range(20)]
        await bus.append([Entry(topic.name, key, b"") for key in keys])
        subscription = await bus.follow(topic.name, range(PARTITIONS))
        for partition in range(PARTITIONS):
            subscription.seek(partition, 0)
        found = {each.key: each.partition for each in await read(subscription, 20)}
        assert found == {key: partition_of(key, PARTITIONS) for key in keys}

    async def test_reading_resumes_at_exactly_the_position(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 10))
        subscription = await sought(bus, topic, 7)
        assert numbers(await read(subscription, 3)) == [7, 8, 9]

    async def test_nothing_followed_comes_before_it_is_sought(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 3))
        subscription = await bus.follow(topic.name, (0, 1))
        first = await subscription.poll(limit=LIMIT, wait_seconds=0.5)
        assert first == Polled(assigned=(0, 1))
        assert await rest(subscription) == []

    async def test_nothing_shared_comes_before_it_is_sought(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 3))
        subscription = await bus.share(topic.name, group=f"{topic.name}-group")
        async with asyncio.timeout(SECONDS_MAX):
            while not (await subscription.poll(limit=LIMIT, wait_seconds=0.5)).assigned:
                pass
        assert await rest(subscription) == []
        subscription.seek(0, 1)
        assert numbers(await read(subscription, 2)) == [1, 2]

    async def test_what_is_sought_again_is_delivered_again(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 5))
        subscription = await sought(bus, topic)
        assert numbers(await read(subscription, 3, limit=3)) == [0, 1, 2]
        subscription.seek(0, 1)
        assert numbers(await read(subscription, 4)) == [1, 2, 3, 4]

    async def test_a_poll_returns_no_more_than_its_limit(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 10))
        subscription = await sought(bus, topic)
        await read(subscription, 1, limit=2)
        polled = await subscription.poll(limit=3, wait_seconds=5)
        assert len(polled.deliveries) <= 3

    async def test_a_waiting_poll_hears_of_an_append_at_once(self, bus: Bus, topic: Topic) -> None:
        subscription = await sought(bus, topic)
        await subscription.poll(limit=LIMIT, wait_seconds=0.1)
        async with asyncio.timeout(SECONDS_MAX / 2):
            waiting = asyncio.create_task(subscription.poll(limit=LIMIT, wait_seconds=SECONDS_MAX))
            await bus.append(entries(topic, 1))
            assert numbers((await waiting).deliveries) == [0]

    async def test_a_cancelled_poll_loses_nothing(self, bus: Bus, topic: Topic) -> None:
        subscription = await sought(bus, topic)
        await subscription.poll(limit=LIMIT, wait_seconds=0)
        waiting = asyncio.create_task(subscription.poll(limit=LIMIT, wait_seconds=SECONDS_MAX))
        await asyncio.wait({waiting}, timeout=0.1)
        waiting.cancel()
        await bus.append(entries(topic, 3))
        assert numbers(await read(subscription, 3)) == [0, 1, 2]

    async def test_members_share_the_partitions(self, bus: Bus, topic: Topic) -> None:
        group = f"{topic.name}-group"
        first = Member(await bus.share(topic.name, group=group))
        await settle(first)
        second = Member(await bus.share(topic.name, group=group))
        await settle(first, second)
        assert not first.owned & second.owned

    async def test_what_a_member_gives_up_another_takes_over(self, bus: Bus, topic: Topic) -> None:
        members = [Member(await bus.share(topic.name, group=topic.name)) for _ in range(2)]
        await settle(*members)
        await members[0].subscription.close()
        await settle(members[1])
        await bus.append(
            [entry for number in range(4) for entry in entries(topic, 5, partition=number)]
        )
        async with asyncio.timeout(SECONDS_MAX):
            while len(members[1].heard) < 20:
                await members[1].poll()

    async def test_a_lost_partition_is_not_sought(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 5))
        first = Member(await bus.share(topic.name, group=topic.name))
        await settle(first)
        second = Member(await bus.share(topic.name, group=topic.name))
        await settle(first, second)
        loser = first if 0 not in first.owned else second
        loser.subscription.seek(0, 0)
        assert [each for each in await rest(loser.subscription) if each.partition == 0] == []

    async def test_groups_do_not_take_from_each_other(self, bus: Bus, topic: Topic) -> None:
        members = [
            Member(await bus.share(topic.name, group=f"{topic.name}-{name}")) for name in "ab"
        ]
        for member in members:
            await settle(member)
        await bus.append(entries(topic, 5))
        async with asyncio.timeout(SECONDS_MAX):
            while not all(len(member.heard) == 5 for member in members):
                await asyncio.gather(*(member.poll() for member in members))

    async def test_a_follower_sees_before_and_after(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 2))
        subscription = await sought(bus, topic)
        assert numbers(await read(subscription, 2)) == [0, 1]
        await bus.append(entries(topic, 3))
        assert numbers(await read(subscription, 3)) == [0, 1, 2]

    async def test_the_end_is_where_the_next_entry_stands(self, bus: Bus, topic: Topic) -> None:
        assert await bus.end_position(topic.name, 0) == 0
        await bus.append(entries(topic, 3))
        assert await bus.end_position(topic.name, 0) == 3
        await bus.append(entries(topic, 1))
        [delivery] = await read(await sought(bus, topic, 3), 1)
        assert delivery.position == 3

    async def test_every_field_survives_empty_or_not(self, bus: Bus, topic: Topic) -> None:
        full = Entry(topic.name, "ключ", b"\x00\xff", {"ce_id": "1", "naïve": "✓", "empty": ""}, 0)
        await bus.append([full, Entry(topic.name, "", b"", {}, 0)])
        first, second = await read(await sought(bus, topic), 2)
        assert first == Delivery(topic.name, 0, 0, full.key, full.body, full.headers)
        assert second == Delivery(topic.name, 0, 1, "", b"", {})

    async def test_the_largest_message_survives(self, bus: Bus, topic: Topic) -> None:
        body = bytes(range(250)) * (MESSAGE_BYTES_MAX // 250)
        await bus.append([*entries(topic, 1), Entry(topic.name, "k", body, partition=0)])
        deliveries = await read(await sought(bus, topic), 2)
        assert deliveries[1].body == body

    async def test_what_fits_no_topic_is_refused_by_name(self, bus: Bus, topic: Topic) -> None:
        with pytest.raises(ValueError, match=r"no topic 'argosy\.typo'"):
            await bus.append([Entry("argosy.typo", "k", b"")])
        with pytest.raises(ValueError, match="has no partition 4; it has 0 to 3"):
            await bus.append([Entry(topic.name, "k", b"", partition=PARTITIONS)])
        with pytest.raises(ValueError, match="put the bulk into the object store"):
            await bus.append([Entry(topic.name, "k", bytes(MESSAGE_BYTES_MAX + 1))])

    async def test_concurrent_appends_all_arrive_once(self, bus: Bus, topic: Topic) -> None:
        writers = [f"writer-{number}" for number in range(20)]
        await asyncio.gather(*(bus.append(entries(topic, 10, key=key)) for key in writers))
        deliveries = await read(await sought(bus, topic), 200)
        for key in writers:
            assert numbers([each for each in deliveries if each.key == key]) == list(range(10))

    async def test_a_position_not_kept_is_told_and_restarts_at_the_earliest(
        self, bus: Bus, topic: Topic, caplog: pytest.LogCaptureFixture
    ) -> None:
        await bus.append(entries(topic, 3))
        with caplog.at_level(logging.WARNING):
            deliveries = await read(await sought(bus, topic, 1000), 3)
        assert numbers(deliveries) == [0, 1, 2]
        assert f"{topic.name}[0]: position 1000 is not kept" in caplog.text

    async def test_a_closed_subscription_delivers_nothing(self, bus: Bus, topic: Topic) -> None:
        await bus.append(entries(topic, 3))
        subscription = await sought(bus, topic)
        await subscription.close()
        await subscription.close()
        assert await subscription.poll(limit=LIMIT, wait_seconds=0.1) == Polled()
