"""Listings of records, page by page.

A page token holds the place of the last record shown, not a count, so a listing neither skips
nor repeats what others insert or delete meanwhile, and page one thousand costs what page one does.
"""

import base64
import binascii
import json

from sqlalchemy import Connection, Select, select, tuple_

from shared.adapters.store_tables import RECORDS
from shared.ports.store import PAGE_SIZE_MAX, Page, Query, WrongTokenError

Place = tuple[str, str, int]
"""Rank, key and shard of a record: what listings are ordered by."""


def read_body(connection: Connection, machine: str, kind: str, key: str) -> bytes | None:
    """Return the body of the record, or None; that of the lowest shard if several use the key."""
    asked = (
        select(RECORDS.c.body)
        .where(RECORDS.c.machine == machine, RECORDS.c.kind == kind, RECORDS.c.key == key)
        .order_by(RECORDS.c.shard)
        .limit(1)
    )
    return connection.execute(asked).scalar_one_or_none()


def read_page(connection: Connection, query: Query) -> Page:
    """Return one page of the listing."""
    rows = connection.execute(listing(query)).all()
    shown = rows[: query.limit]
    if len(rows) == len(shown):
        return Page(tuple(row.body for row in shown))
    last = shown[-1]
    return Page(tuple(row.body for row in shown), encode_token((last.rank, last.key, last.shard)))


def listing(query: Query) -> Select[bytes, str, str, int]:
    """Return the statement for one page and one record more, which tells if there is a next page.

    Raises:
        ValueError: the limit or the token cannot be used.
    """
    if not 1 <= query.limit <= PAGE_SIZE_MAX:
        raise ValueError(
            f"a page holds 1 to {PAGE_SIZE_MAX} records, not {query.limit}: "
            "ask for fewer and go on with the page's token"
        )
    places = (RECORDS.c.rank, RECORDS.c.key, RECORDS.c.shard)
    asked = select(RECORDS.c.body, *places).where(
        RECORDS.c.machine == query.machine, RECORDS.c.kind == query.kind
    )
    if query.parent is not None:
        asked = asked.where(RECORDS.c.parent == query.parent)
    if query.token:
        last = decode_token(query.token)
        row = tuple_(*places)
        asked = asked.where(row < last if query.newest_first else row > last)
    order = [place.desc() if query.newest_first else place.asc() for place in places]
    return asked.order_by(*order).limit(query.limit + 1)


def encode_token(place: Place) -> str:
    """Return the token for the page after this place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def decode_token(token: str) -> Place:
    """Return the place that the token holds.

    Raises:
        WrongTokenError: the token is not one that a page gave.
    """
    try:
        place: object = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    match place:
        case [str(rank), str(key), int(shard)]:
            return rank, key, shard
        case _:
            raise WrongTokenError(
                f"page token {token[:80]!r} is not one that a page gave: "
                "use the last page's token unchanged, or none to begin again"
            )
