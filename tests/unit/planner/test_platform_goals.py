"""Goals of several tables: which fit together, and by which path the others are told."""

import pytest

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.planning import Planning
from shared.contracts.vocabulary import Failure, Parameters

UNDECLARED: Parameters = {"contract": "", "quality_weights": {}}
FOLDERS = ("/srv/in",)

TRIPS: Parameters = {"table": "trips", "build": "ingest_table", "sources": ["file:///srv/in/*.csv"]}
DAYS: Parameters = {
    "table": "days",
    "build": "aggregate_table",
    "reads": ["trips"],
    "source": "trips",
    "group_by": ["day"],
}
JOINED: Parameters = {
    "table": "joined",
    "build": "join_tables",
    "reads": ["trips", "days"],
    "left": "trips",
    "right": "days",
    "on": ["day"],
}


def platform(*tables: Parameters) -> Parameters:
    return accepted_parameters(Planning(FOLDERS), "build_analytics_platform", {"tables": [*tables]})


def refusal(*tables: Parameters) -> Failure:
    with pytest.raises(GoalRefusedError) as refused:
        platform(*tables)
    return refused.value.failures[0]


def test_an_accepted_platform_has_the_defaults_of_each_goal_type() -> None:
    accepted = platform(TRIPS, DAYS, JOINED)
    tables = accepted["tables"]
    assert isinstance(tables, list)
    assert tables[0] == TRIPS | {"reads": [], "key": [], "quality_min": 0.0} | UNDECLARED
    assert accepted_parameters(Planning(FOLDERS), "build_analytics_platform", accepted) == accepted


@pytest.mark.parametrize(
    ("tables", "field", "told"),
    [
        ([], "parameters.tables", "it is empty"),
        ([{"build": "ingest_table"}], "parameters.tables.0.table", "it is missing"),
        ([{"table": "t"}], "parameters.tables.0.build", "it is missing"),
        ([TRIPS | {"build": "fly"}], "parameters.tables.0.build", "builds no table"),
        ([TRIPS | {"sources": []}], "parameters.tables.0.sources", "it is empty"),
        ([TRIPS | {"speed": 9}], "parameters.tables.0.speed", "not permitted"),
        ([TRIPS, DAYS | {"source": "Trips"}], "parameters.tables.1.source", "it is not written"),
        ([TRIPS, TRIPS], "parameters.tables.1.table", "two tables are called trips"),
        ([DAYS], "parameters.tables.0.reads.0", "no table trips"),
        ([TRIPS, DAYS | {"reads": []}], "parameters.tables.1.reads", "belongs among the reads"),
        (
            [TRIPS | {"reads": ["days"]}, DAYS],
            "parameters.tables.0.reads",
            "in a circle: trips, days, trips",
        ),
        (
            [TRIPS | {"sources": ["file:///etc/passwd"]}],
            "parameters.tables.0.sources.0",
            "outside the folders",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_path(
    tables: list[Parameters], field: str, told: str
) -> None:
    failure = refusal(*tables)
    assert failure.detail.startswith(f"{field}: ")
    assert told in failure.detail
    assert failure.remedy


STREAM: Parameters = {"table": "orders", "source": "kafka://broker:9092/orders"}
PLACES = ("/srv/in", "kafka://broker:9092")


def test_a_stream_is_files_or_a_topic_of_a_listed_broker() -> None:
    for source in ("kafka://broker:9092/orders", "file:///srv/in/*.csv"):
        accepted = accepted_parameters(
            Planning(PLACES), "monitor_stream", STREAM | {"source": source}
        )
        assert (accepted["batch_rows"], accepted["batches_max"]) == (10_000, 100)
        assert (accepted["format"], accepted["columns"]) == ("json", [])


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"source": "kafka://elsewhere:9092/orders"}, "source", "broker_not_allowed"),
        ({"source": "kafka://broker/orders"}, "source", "source_invalid"),
        ({"source": "kafka://broker:9092/"}, "source", "source_invalid"),
        ({"source": "kafka://user@broker:9092/orders"}, "source", "source_invalid"),
        ({"source": "file:///etc/*.csv"}, "source", "source_outside_roots"),
        ({"source": "http://broker/orders"}, "source", "source_invalid"),
        ({"format": "csv"}, "columns", "parameter_invalid"),
        ({"columns": ["a"]}, "columns", "parameter_invalid"),
        ({"format": "xml"}, "format", "parameter_invalid"),
        ({"batch_rows": 0}, "batch_rows", "parameter_invalid"),
        ({"batches_max": 501}, "batches_max", "parameter_invalid"),
    ],
)
def test_a_wrong_stream_is_named_with_a_remedy(changed: Parameters, field: str, code: str) -> None:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(PLACES), "monitor_stream", STREAM | changed)
    (failure,) = refused.value.failures
    assert (failure.code, failure.detail.split(":")[0]) == (code, f"parameters.{field}")
    assert failure.remedy
