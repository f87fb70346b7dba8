"""Which goals on tables are accepted, and what the others are told."""

import pytest

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.planning import Planning
from shared.contracts.vocabulary import Parameters

COUNT: Parameters = {"column": "*", "function": "count", "name": "trips"}
SUM: Parameters = {"column": "fare", "function": "sum", "name": "total"}

GOOD: list[tuple[str, Parameters, Parameters]] = [
    (
        "aggregate_table",
        {"table": "daily", "source": "trips", "group_by": ["day"], "measures": [COUNT, SUM]},
        {"partition_bytes": 64 * 1024 * 1024},
    ),
    (
        "join_tables",
        {"table": "named", "left": "trips", "right": "people", "on": ["id"]},
        {"how": "inner", "broadcast_bytes_max": 64 * 1024 * 1024},
    ),
    ("deduplicate", {"table": "unique", "source": "trips"}, {"key": [], "order_by": ""}),
    ("compact_table", {"table": "trips"}, {"partition_bytes": 128 * 1024 * 1024}),
]

WRONG: list[tuple[str, Parameters, str]] = [
    ("aggregate_table", {"table": "daily", "source": "trips"}, "parameters.measures"),
    (
        "aggregate_table",
        {"table": "daily", "source": "trips", "measures": [SUM, SUM]},
        "parameters.measures",
    ),
    (
        "aggregate_table",
        {"table": "daily", "source": "trips", "group_by": ["Total"], "measures": [SUM]},
        "parameters.measures",
    ),
    (
        "aggregate_table",
        {"table": "daily", "source": "trips", "measures": [SUM | {"function": "median"}]},
        "parameters.measures.0.function",
    ),
    (
        "aggregate_table",
        {"table": "daily", "source": "trips", "measures": [SUM | {"column": "*"}]},
        "parameters.measures.0",
    ),
    ("aggregate_table", {"table": "d", "source": "t", "group_by": "day"}, "parameters.group_by"),
    (
        "join_tables",
        {"table": "named", "left": "trips", "right": "people", "on": []},
        "parameters.on",
    ),
    (
        "join_tables",
        {"table": "named", "left": "trips", "right": "people", "on": ["id"], "how": "outer"},
        "parameters.how",
    ),
    ("deduplicate", {"table": "unique", "source": "../trips"}, "parameters.source"),
    ("compact_table", {"table": "trips", "partition_bytes": 0}, "parameters.partition_bytes"),
]


@pytest.mark.parametrize(("goal_type", "parameters", "defaults"), GOOD)
def test_a_good_goal_is_accepted_with_its_defaults(
    goal_type: str, parameters: Parameters, defaults: Parameters
) -> None:
    accepted = accepted_parameters(Planning(()), goal_type, parameters)
    assert parameters.items() <= accepted.items()
    assert defaults.items() <= accepted.items()


@pytest.mark.parametrize(("goal_type", "parameters", "place"), WRONG)
def test_a_wrong_goal_is_told_where_it_is_wrong(
    goal_type: str, parameters: Parameters, place: str
) -> None:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(()), goal_type, parameters)
    (failure,) = refused.value.failures
    assert failure.code == "parameter_invalid"
    assert failure.detail.startswith(place)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "parameters.table: it is missing"),
        ({"table": 7}, "parameters.table: it is no text"),
        ({"table": "A b"}, "parameters.table: it is not written as it has to be"),
        ({"table": "trips", "partition_bytes": "64 MB"}, "it is no whole number"),
        ({"table": "trips", "partition_bytes": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_told_in_words_of_the_goal(parameters: Parameters, told: str) -> None:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(()), "compact_table", parameters)
    assert told in refused.value.failure.detail
