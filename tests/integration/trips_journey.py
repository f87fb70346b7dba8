"""A journey through all goal types: dirty trips, their drivers, and orders that stream in."""

from pathlib import Path

import duckdb
from deltalake import convert_to_deltalake

from tests.integration.journey import Journey, goal

JANUARY = """trip,day,driver,fare
1,2024-01-05,1,40
2,2024-01-20,2,60
3,01/25/2024,1,55.5
3,01/25/2024,1,55.5
4,2024-01-22,2,n/a
5,broken
"""
"""A day in another format, a copy, a token for what is missing, a line that is too short."""

FEBRUARY = "trip,day,driver,fare\n6,2024-02-01,1,10\n7,2024-02-02,9,20\n"
MARCH = "trip,day,driver,fare\n8,2024-03-01,2,30\n"

DRIVERS = "driver,name,changed\n1,Ada,2024-01-01\n2,Bo,2024-01-01\n1,Ada L.,2024-02-01\n"

ORDERS = "order,driver,amount\n1,one,2.5\n2,two,3.0\n3,one,4.5\n"
LATER_ORDERS = "4,two,7.5\n5,one,9.0\n"

NOTE_CHARACTERS = 1000
NOTES = 100_000
"""Together more than half of what a child has, and little on the disk, as all are alike."""

THREE_BUCKETS = 1000
"""Bytes of a partition, so that three small files are three of them."""

MEASURES = [
    {"column": "*", "function": "count", "name": "trips"},
    {"column": "fare", "function": "sum", "name": "fares"},
    {"column": "fare", "function": "mean", "name": "mean_fare"},
]


def travel(journey: Journey) -> None:
    """Carry a goal of each type out, in the order of their data, and some that cannot be."""
    _bring_home(journey)
    _go_on(journey)
    _derive(journey)
    _change(journey)
    _go_wrong(journey)


def _bring_home(journey: Journey) -> None:
    journey.write("trips/2024-01.csv", JANUARY)
    trips = journey.write("trips/2024-02.csv", FEBRUARY)
    drivers = journey.write("drivers/all.csv", DRIVERS)
    orders = journey.write("orders/shop.csv", ORDERS)
    journey.carry_out(
        validate=goal("validate_dataset", dataset="trips", sources=[trips], quality_min=0.99),
        clean=goal("clean_dataset", dataset="trips", sources=[trips], format="csv"),
        trips=goal("ingest_table", table="trips", sources=[trips], key=["trip"]),
        drivers=goal("ingest_table", table="drivers", sources=[drivers]),
        orders=goal("monitor_stream", table="orders", source=orders),
    )


def _go_on(journey: Journey) -> None:
    trips = journey.write("trips/2024-03.csv", MARCH)
    orders = journey.write("orders/shop.csv", LATER_ORDERS)
    journey.carry_out(
        drivers_now=goal(
            "deduplicate",
            table="drivers_now",
            source="drivers",
            key=["driver"],
            order_by="changed",
        ),
        backfill=goal("backfill", table="trips", sources=[trips]),
        later_orders=goal("monitor_stream", table="orders", source=orders),
    )


def _derive(journey: Journey) -> None:
    journey.carry_out(
        by_driver=goal(
            "aggregate_table",
            table="by_driver",
            source="trips",
            group_by=["driver"],
            measures=MEASURES,
            partition_bytes=1,
        ),
        named=_join("drivers_now", table="named", how="left"),
        last_trips=goal(
            "deduplicate",
            table="last_trips",
            source="trips",
            key=["driver"],
            order_by="day",
            partition_bytes=THREE_BUCKETS,
        ),
        platform=goal("build_analytics_platform", tables=_platform(journey)),
    )


def _change(journey: Journey) -> None:
    journey.carry_out(compact=goal("compact_table", table="trips"))
    changes = [
        {"kind": "rename", "column": "fare", "to": "price"},
        {"kind": "widen", "column": "day", "data_type": "TIMESTAMP"},
        {"kind": "add", "column": "city", "data_type": "VARCHAR", "default": "Ulm"},
    ]
    journey.carry_out(migrate=goal("migrate_schema", table="trips", changes=changes))


def _go_wrong(journey: Journey) -> None:
    _write_notes(journey.table("trips").table_uri)
    loss = [{"kind": "retype", "column": "name", "data_type": "BIGINT"}]
    by_shoe_size = {"group_by": ["shoe_size"], "measures": MEASURES[:1]}
    doomed = [
        *_platform(journey, prefix="doomed"),
        {
            "table": "doomed",
            "build": "aggregate_table",
            "reads": ["doomed_totals"],
            "source": "doomed_totals",
            **by_shoe_size,
        },
    ]
    journey.carry_out(
        unknown_table=goal("compact_table", table="absent"),
        missing_column=goal("aggregate_table", table="absent", source="trips", **by_shoe_size),
        other_type=_join("orders", table="absent", how="inner"),
        too_much_lost=goal("migrate_schema", table="drivers", changes=loss),
        noted=_join("notes", table="noted", how="inner"),
        undone={
            **goal("build_analytics_platform", tables=doomed),
            "terms": {"on_failure": "undo"},
        },
    )


def _join(right: str, **parameters: object) -> dict[str, object]:
    return dict(goal("join_tables", left="trips", right=right, on=["driver"], **parameters))


def _platform(journey: Journey, prefix: str = "built") -> list[dict[str, object]]:
    sources = [f"{(journey.sources / 'drivers').as_uri()}/*.csv"]
    names, totals = f"{prefix}_names", f"{prefix}_totals"
    return [
        {"table": names, "build": "ingest_table", "sources": sources},
        {
            "table": totals,
            "build": "aggregate_table",
            "reads": [names],
            "source": names,
            "group_by": ["driver"],
            "measures": MEASURES[:1],
        },
    ]


def _write_notes(beside: str) -> None:
    """Write a table as another tool would: its text is large in memory and small on the disk."""
    folder = Path(beside.removeprefix("file://").rstrip("/")).parent / "notes"
    folder.mkdir()
    note = f"repeat('x', {NOTE_CHARACTERS})"
    notes = f"select range as driver, {note} as note from range({NOTES})"
    duckdb.execute(f"copy ({notes}) to '{folder / 'all.parquet'}'")
    convert_to_deltalake(str(folder))
