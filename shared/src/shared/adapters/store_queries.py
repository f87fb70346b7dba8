"""What the store does with a shard: plain functions on a connection inside a transaction.

A commit takes the same few statements however much it holds; rows go in bulk. The first
statement of every change locks the shard's row, so the rest of it reads and writes undisturbed.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, bindparam, delete, select, update

from shared.adapters.store_tables import (
    OUTBOX,
    POSITIONS,
    RECORDS,
    SHARDS,
    TAKEN_IDS,
    claim_of_shard,
    upsert,
)
from shared.ports.bus import Entry
from shared.ports.store import (
    TAKEN_IDS_MAX,
    Advance,
    Claim,
    Commit,
    FencedError,
    OutboxEntry,
    Shard,
    StoredRecord,
    TopicPartition,
)

TRIM_EVERY = 1_000
"""Taken ids between two trims: few enough to keep the table small, many enough to cost nothing."""

RESERVE_NUMBERS = (
    update(SHARDS)
    .where(
        SHARDS.c.machine == bindparam("of_machine"),
        SHARDS.c.shard == bindparam("of_shard"),
        SHARDS.c.epoch == bindparam("of_epoch"),
    )
    .values(
        outbox_end=SHARDS.c.outbox_end + bindparam("outgoing"),
        taken_end=SHARDS.c.taken_end + bindparam("taken"),
    )
    .returning(SHARDS.c.outbox_end, SHARDS.c.taken_end)
)

DELETE_RECORD = delete(RECORDS).where(
    RECORDS.c.machine == bindparam("of_machine"),
    RECORDS.c.kind == bindparam("of_kind"),
    RECORDS.c.key == bindparam("of_key"),
    RECORDS.c.shard == bindparam("of_shard"),
)


def claim_shard(connection: Connection, machine: str, shard: int) -> Shard:
    """Give the shard a new epoch and return all that is stored of it."""
    owner = {"machine": machine, "shard": shard}
    epoch, taken_end = connection.execute(claim_of_shard(connection.dialect.name), owner).one()
    claim = Claim(machine, shard, epoch, _read_positions(connection, machine, shard))
    return Shard(claim, _read_records(connection, claim), _read_taken(connection, claim, taken_end))


def _read_positions(connection: Connection, machine: str, shard: int) -> dict[TopicPartition, int]:
    asked = select(POSITIONS.c.topic, POSITIONS.c.partition, POSITIONS.c.position).where(
        POSITIONS.c.machine == machine, POSITIONS.c.shard == shard
    )
    return {
        (topic, partition): position for topic, partition, position in connection.execute(asked)
    }


def _read_records(connection: Connection, claim: Claim) -> tuple[StoredRecord, ...]:
    columns = (RECORDS.c.kind, RECORDS.c.key, RECORDS.c.parent, RECORDS.c.rank, RECORDS.c.body)
    asked = select(*columns).where(
        RECORDS.c.machine == claim.machine, RECORDS.c.shard == claim.shard
    )
    return tuple(StoredRecord(*row) for row in connection.execute(asked))


def _read_taken(connection: Connection, claim: Claim, taken_end: int) -> tuple[str, ...]:
    asked = (
        select(TAKEN_IDS.c.message_ids)
        .where(
            TAKEN_IDS.c.machine == claim.machine,
            TAKEN_IDS.c.shard == claim.shard,
            TAKEN_IDS.c.taken_end > taken_end - TAKEN_IDS_MAX,
        )
        .order_by(TAKEN_IDS.c.taken_end)
    )
    lists = (json.loads(message_ids) for message_ids in connection.execute(asked).scalars())
    return tuple(chain.from_iterable(lists))[-TAKEN_IDS_MAX:]


def store_commit(connection: Connection, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
    """Store the whole commit and return its outbox entries, numbered.

    Raises:
        FencedError: the epoch or a position is not what the owner believes.
    """
    outbox_end, taken_end = _lock_owned_shard(connection, claim, commit)
    _advance_positions(connection, claim, commit.advances)
    _change_records(connection, claim, commit.records)
    _remember_taken(connection, claim, commit.taken, taken_end)
    numbered = tuple(
        OutboxEntry(sequence, entry)
        for sequence, entry in enumerate(commit.outbox, outbox_end - len(commit.outbox))
    )
    _fill_outbox(connection, claim, numbered)
    return numbered


def _lock_owned_shard(connection: Connection, claim: Claim, commit: Commit) -> tuple[int, int]:
    """Reserve the commit's numbers, which locks the shard, and return where they end."""
    asked = {
        "of_machine": claim.machine,
        "of_shard": claim.shard,
        "of_epoch": claim.epoch,
        "outgoing": len(commit.outbox),
        "taken": len(commit.taken),
    }
    reserved = connection.execute(RESERVE_NUMBERS, asked).one_or_none()
    if reserved is None:
        raise FencedError(
            f"shard {claim.shard} of {claim.machine} has a newer owner than epoch {claim.epoch}; "
            "nothing was stored: stop working on it, or claim it again"
        )
    outbox_end, taken_end = reserved
    return outbox_end, taken_end


def _advance_positions(connection: Connection, claim: Claim, advances: Sequence[Advance]) -> None:
    if not advances:
        return
    positions = _read_positions(connection, claim.machine, claim.shard)
    for advance in advances:
        place = (advance.topic, advance.partition)
        if positions.get(place) != advance.from_position:
            raise FencedError(
                f"shard {claim.shard} of {claim.machine} stands at {positions.get(place)} of "
                f"{advance.topic}[{advance.partition}], not at {advance.from_position}; nothing "
                "was stored: claim the shard again to go on from there"
            )
        positions[place] = advance.to_position
    touched = {(advance.topic, advance.partition) for advance in advances}
    rows = [
        {**_owner(claim), "topic": topic, "partition": partition, "position": position}
        for (topic, partition), position in positions.items()
        if (topic, partition) in touched
    ]
    connection.execute(upsert(connection.dialect.name, POSITIONS), rows)


def _change_records(connection: Connection, claim: Claim, records: Sequence[StoredRecord]) -> None:
    """Store the last change of each record; earlier ones of the same commit never show."""
    last = {(record.kind, record.key): record for record in records}
    deleted = [
        {
            "of_machine": claim.machine,
            "of_shard": claim.shard,
            "of_kind": record.kind,
            "of_key": record.key,
        }
        for record in last.values()
        if record.body is None
    ]
    written = [
        {
            **_owner(claim),
            "kind": record.kind,
            "key": record.key,
            "parent": record.parent,
            "rank": record.rank,
            "body": record.body,
        }
        for record in last.values()
        if record.body is not None
    ]
    if deleted:
        connection.execute(DELETE_RECORD, deleted)
    if written:
        connection.execute(upsert(connection.dialect.name, RECORDS), written)


def _remember_taken(
    connection: Connection, claim: Claim, taken: Sequence[str], taken_end: int
) -> None:
    if not taken:
        return
    row = {"taken_end": taken_end, "message_ids": json.dumps(taken)}
    connection.execute(TAKEN_IDS.insert(), {**_owner(claim), **row})
    if taken_end // TRIM_EVERY != (taken_end - len(taken)) // TRIM_EVERY:
        connection.execute(
            delete(TAKEN_IDS).where(
                TAKEN_IDS.c.machine == claim.machine,
                TAKEN_IDS.c.shard == claim.shard,
                TAKEN_IDS.c.taken_end <= taken_end - TAKEN_IDS_MAX,
            )
        )


def _fill_outbox(connection: Connection, claim: Claim, numbered: Sequence[OutboxEntry]) -> None:
    rows = [
        {
            **_owner(claim),
            "sequence": outgoing.sequence,
            "topic": outgoing.entry.topic,
            "key": outgoing.entry.key,
            "partition": outgoing.entry.partition,
            "headers": json.dumps(dict(outgoing.entry.headers)),
            "body": outgoing.entry.body,
        }
        for outgoing in numbered
    ]
    if rows:
        connection.execute(OUTBOX.insert(), rows)


def _owner(claim: Claim) -> Mapping[str, str | int]:
    return {"machine": claim.machine, "shard": claim.shard}


def read_unpublished(connection: Connection, claim: Claim, limit: int) -> tuple[OutboxEntry, ...]:
    """Return the shard's oldest outbox entries, in order."""
    columns = (OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.body, OUTBOX.c.headers, OUTBOX.c.partition)
    asked = (
        select(OUTBOX.c.sequence, *columns)
        .where(OUTBOX.c.machine == claim.machine, OUTBOX.c.shard == claim.shard)
        .order_by(OUTBOX.c.sequence)
        .limit(limit)
    )
    return tuple(
        OutboxEntry(sequence, Entry(topic, key, body, json.loads(headers), partition))
        for sequence, topic, key, body, headers, partition in connection.execute(asked)
    )


def forget_published(connection: Connection, claim: Claim, up_to_sequence: int) -> None:
    """Delete the shard's outbox entries up to this one."""
    connection.execute(
        delete(OUTBOX).where(
            OUTBOX.c.machine == claim.machine,
            OUTBOX.c.shard == claim.shard,
            OUTBOX.c.sequence <= up_to_sequence,
        )
    )
