"""Every goal type on real files, embedded and over Kafka: what the tables hold in the end."""

import json
from collections.abc import Generator, Mapping
from datetime import date, datetime
from typing import cast

import duckdb
import pytest

from shared.adapters.kafka_ranges import open_topics
from tests.integration.journey import Journey, goal, journey_begun
from tests.integration.trips_journey import NOTE_CHARACTERS, travel
from tests.support.cluster_bus import cluster_bus
from tests.support.foreign_topic import ForeignTopic
from tests.support.kafka import Broker

pytestmark = pytest.mark.timeout(300)

CHILD_MEMORY_MIB = 128
"""The least that an agent takes; too little for a join that holds the notes."""

TRIPS = [
    (1, date(2024, 1, 5), 1, 40.0),
    (2, date(2024, 1, 20), 2, 60.0),
    (3, date(2024, 1, 25), 1, 55.5),
    (4, date(2024, 1, 22), 2, None),
    (6, date(2024, 2, 1), 1, 10.0),
    (7, date(2024, 2, 2), 9, 20.0),
]
MARCH = (8, date(2024, 3, 1), 2, 30.0)

ORDERS = [
    (1, "one", 2.5),
    (2, "two", 3.0),
    (3, "one", 4.5),
    (4, "two", 7.5),
    (5, "one", 9.0),
]

SINK = "cleaned.trips"
"""The topic that goals may write to."""

REPORTED = (
    "validate",
    "clean",
    "trips",
    "drivers",
    "orders",
    "drivers_now",
    "backfill",
    "later_orders",
    "by_driver",
    "named",
    "last_trips",
    "platform",
    "compact",
    "migrate",
    "noted",
)
"""The goals that succeed on either bus."""


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Generator[Journey]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ARGOSY_CHILD_MEMORY_MIB", str(CHILD_MEMORY_MIB))
        with journey_begun(tmp_path_factory.mktemp("embedded")) as journey:
            travel(journey)
            yield journey


@pytest.fixture(scope="module")
def over_kafka(tmp_path_factory: pytest.TempPathFactory, kafka: Broker) -> Generator[Journey]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ARGOSY_CHILD_MEMORY_MIB", str(CHILD_MEMORY_MIB))
        environment.setenv("ARGOSY_STREAM_BROKERS", kafka.bootstrap)
        environment.setenv("ARGOSY_TOPIC_SINKS", f"{kafka.bootstrap}/{SINK}")
        folder = tmp_path_factory.mktemp("over_kafka")
        with cluster_bus(kafka) as bus, journey_begun(folder, bus=bus) as journey:
            travel(journey)
            yield journey


@pytest.fixture(params=["embedded", "over_kafka"])
def journey(request: pytest.FixtureRequest) -> Journey:
    return cast("Journey", request.getfixturevalue(cast("str", request.param)))


def test_ingest_table_builds_a_clean_table_of_dirty_files(journey: Journey) -> None:
    report = journey.report_of("trips")
    assert journey.rows("trips", version=report["version"]) == TRIPS
    assert report["rows_quarantined"] == 2


def test_validate_dataset_finds_what_is_wrong_and_writes_no_rows(journey: Journey) -> None:
    report = journey.report_of("validate")
    assert (report["rows_in"], report["rows_out"], report["broken_lines"]) == (8, 7, 1)
    assert not report["meets_minimum"]
    problems = cast("list[Mapping[str, object]]", report["worst_problems"])
    assert {"day", "fare"} <= {each["column"] for each in problems}


def test_clean_dataset_writes_clean_files_that_its_manifest_names(journey: Journey) -> None:
    uri = str(journey.report_of("clean")["dataset_uri"]).removeprefix("file://")
    read = duckdb.read_csv(f"{uri}/part-*.csv").project("trip, day, driver, fare")
    assert read.distinct().order("all").fetchall() == TRIPS


def test_clean_dataset_writes_each_clean_row_into_a_topic_once(
    over_kafka: Journey, kafka: Broker
) -> None:
    topic = ForeignTopic(kafka.bootstrap, SINK)
    topic.append(0, [b"somebody else's"])
    dirty = over_kafka.sources / "calls.csv"
    dirty.write_text("caller,seconds\n1,10\n2, 20 s\nbroken\n")
    asked = goal("clean_dataset", dataset="calls", sources=[dirty.as_uri()], topic=topic.uri)
    over_kafka.carry_out(exported=asked)
    assert over_kafka.report_of("exported")["messages"] == 2
    over_kafka.carry_out(exported=asked)
    with open_topics(topic.broker) as reader:
        read = [
            json.loads(message.content or b"")["caller"]
            for wanted in reader.bounds(topic.name).values()
            for message in reader.messages(topic.name, wanted)
            if message.headers
        ]
    assert sorted(read) == [1, 2]


def test_deduplicate_keeps_the_newest_row_of_each_key(journey: Journey) -> None:
    journey.report_of("drivers_now")
    assert journey.rows("drivers_now", "driver, name") == [(1, "Ada L."), (2, "Bo")]


def test_deduplicate_does_so_by_buckets_as_well(journey: Journey) -> None:
    journey.report_of("last_trips")
    assert journey.rows("last_trips", "driver, trip") == [(1, 6), (2, 8), (9, 7)]
    names = {str(task["name"]) for task in journey.tasks_of("last_trips")}
    assert any(name.startswith("deduplicate_bucket") for name in names)


def test_backfill_adds_the_file_that_was_missing(journey: Journey) -> None:
    report = journey.report_of("backfill")
    assert journey.rows("trips", version=report["version"]) == [*TRIPS, MARCH]
    assert report["rows_in"] == 1


def test_monitor_stream_takes_a_growing_file_line_by_line_once(journey: Journey) -> None:
    first, later = journey.report_of("orders"), journey.report_of("later_orders")
    assert (first["rows_in"], later["rows_in"]) == (3, 2)
    columns = '"order", driver, amount'
    assert journey.rows("orders", columns, first["version"]) == ORDERS[:3]
    assert journey.rows("orders", columns) == ORDERS


def test_monitor_stream_takes_a_topic_message_by_message_once(
    over_kafka: Journey, kafka: Broker
) -> None:
    topic = ForeignTopic(kafka.bootstrap)
    asked = goal("monitor_stream", table="calls", source=topic.uri)
    topic.append(0, [_call(1), _call(2), b"no call"])
    over_kafka.carry_out(calls=asked)
    assert over_kafka.report_of("calls")["rows_quarantined"] == 1
    topic.append(1, [_call(3)])
    over_kafka.carry_out(calls=asked)
    assert over_kafka.report_of("calls")["rows_in"] == 1
    assert over_kafka.rows("calls", "caller, seconds") == [(1, 10), (2, 20), (3, 30)]


def _call(number: int) -> bytes:
    return json.dumps({"caller": number, "seconds": number * 10}).encode()


def test_aggregate_table_counts_what_all_partitions_hold(journey: Journey) -> None:
    journey.report_of("by_driver")
    assert journey.rows("by_driver") == [
        (1, 3, 105.5, pytest.approx(105.5 / 3)),
        (2, 3, 90.0, 45.0),
        (9, 1, 20.0, 20.0),
    ]


def test_join_tables_keeps_every_row_of_the_left_table(journey: Journey) -> None:
    journey.report_of("named")
    names = {1: "Ada L.", 2: "Bo", 9: None}
    expected = [(trip, driver, names[driver]) for trip, _, driver, _ in [*TRIPS, MARCH]]
    assert journey.rows("named", "trip, driver, name") == expected


def test_build_analytics_platform_builds_tables_on_one_another(journey: Journey) -> None:
    tables = cast("list[Mapping[str, object]]", journey.report_of("platform")["tables"])
    assert [each["table"] for each in tables] == ["built_names", "built_totals"]
    assert journey.rows("built_totals") == [(1, 2), (2, 1)]


def test_compact_table_joins_files_and_changes_no_row(journey: Journey) -> None:
    report = journey.report_of("compact")
    assert (report["files_before"], report["files_after"]) == (3, 1)
    assert journey.rows("trips", version=report["version"]) == [*TRIPS, MARCH]


def test_migrate_schema_renames_widens_and_adds(journey: Journey) -> None:
    journey.report_of("migrate")
    expected = [
        (trip, datetime.combine(day, datetime.min.time()), driver, fare, "Ulm")
        for trip, day, driver, fare in [*TRIPS, MARCH]
    ]
    assert journey.rows("trips", "trip, day, driver, price, city") == expected


def test_a_join_that_does_not_fit_into_memory_is_done_by_buckets(journey: Journey) -> None:
    journey.report_of("noted")
    expected = [(trip, NOTE_CHARACTERS) for trip, *_ in [*TRIPS, MARCH]]
    assert journey.rows("noted", "trip, length(note)") == expected
    chosen = cast("list[Mapping[str, object]]", journey.plans["noted"]["decompositions"])
    (sides,) = (each for each in chosen if each["task"] == "join_sides")
    assert sides["method"] == "by_bucket"
    (rejected,) = cast("list[Mapping[str, str]]", sides["rejected"])
    assert rejected["method"] == "broadcast"
    assert "tried and failed" in rejected["reason"]
    assert "bytes in memory" in rejected["reason"]


def test_a_platform_that_is_undone_leaves_no_rows_behind(journey: Journey) -> None:
    assert journey.failure_of("undone")["code"] == "column_unknown"
    assert journey.table("doomed_names").file_uris() == []
    assert journey.table("doomed_totals").file_uris() == []


@pytest.mark.parametrize(
    ("name", "code", "named"),
    [
        ("unknown_table", "table_unknown", "absent"),
        ("missing_column", "column_unknown", "shoe_size"),
        ("other_type", "key_types_differ", "VARCHAR"),
        ("too_much_lost", "schema_rejected", "3 of 3 rows lose a value"),
    ],
)
def test_a_wrong_goal_ends_with_a_reason_and_publishes_nothing(
    journey: Journey, name: str, code: str, named: str
) -> None:
    failure = journey.failure_of(name)
    assert failure["code"] == code
    assert named in failure["detail"]
    assert failure["remedy"]
    assert not journey.has_table("absent")
    assert journey.table("drivers").version() == 0


def test_both_buses_come_to_the_same_content(embedded: Journey, over_kafka: Journey) -> None:
    def hashes(journey: Journey) -> dict[str, object]:
        return {name: journey.report_of(name)["content_hash"] for name in REPORTED}

    assert hashes(embedded) == hashes(over_kafka)
