"""Which goals on files and schemas are accepted, and what the others are told."""

import pytest
from pydantic import JsonValue

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.planning import Planning
from shared.contracts.vocabulary import Parameters

FOLDERS = ("/srv/in",)
FILES: Parameters = {"sources": ["file:///srv/in/*.csv"]}
RENAME: Parameters = {"kind": "rename", "column": "tail", "to": "tailnum"}
ADD: Parameters = {"kind": "add", "column": "origin", "data_type": "VARCHAR", "default": "NYC"}

TOO_MANY: list[JsonValue] = [RENAME] * 101

GOOD: list[tuple[str, Parameters, Parameters]] = [
    ("validate_dataset", FILES | {"dataset": "trips"}, {"quality_min": 0.0, "key": []}),
    ("clean_dataset", FILES | {"dataset": "trips"}, {"format": "parquet", "key": []}),
    ("clean_dataset", FILES | {"dataset": "trips", "format": "csv"}, {}),
    ("backfill", FILES | {"table": "trips"}, {}),
    ("migrate_schema", {"table": "trips", "changes": [RENAME, ADD]}, {"rows_lost_max": 0}),
]

WRONG: list[tuple[str, Parameters, str]] = [
    ("validate_dataset", FILES | {"dataset": "Trips"}, "parameters.dataset"),
    ("clean_dataset", FILES | {"dataset": "trips", "format": "xml"}, "parameters.format"),
    ("backfill", {"table": "trips", "sources": []}, "parameters.sources"),
    ("backfill", {"table": "trips", "sources": ["file:///etc/x"]}, "parameters.sources.0"),
    ("migrate_schema", {"table": "trips", "changes": []}, "parameters.changes"),
    ("migrate_schema", {"table": "trips", "changes": TOO_MANY}, "parameters.changes"),
    ("migrate_schema", {"table": "t", "changes": [RENAME | {"kind": "explode"}]}, "parameters"),
    ("migrate_schema", {"table": "t", "changes": [ADD | {"data_type": "INT"}]}, "parameters"),
    (
        "migrate_schema",
        {"table": "trips", "changes": [RENAME], "rows_lost_max": -1},
        "parameters.rows_lost_max",
    ),
]

INCOMPLETE: list[tuple[Parameters, str]] = [
    ({"kind": "rename", "column": "a"}, "rename a needs to"),
    ({"kind": "widen", "column": "a"}, "widen a needs data_type"),
    ({"kind": "nullability", "column": "a"}, "nullability a needs nullable"),
    ({"kind": "drop", "column": "a", "to": "b"}, "drop a takes no to"),
    (RENAME | {"default": 7}, "rename tail takes no default"),
]


@pytest.mark.parametrize(("goal_type", "parameters", "defaults"), GOOD)
def test_a_good_goal_is_accepted_with_its_defaults(
    goal_type: str, parameters: Parameters, defaults: Parameters
) -> None:
    accepted = accepted_parameters(Planning(FOLDERS), goal_type, parameters)
    assert defaults.items() <= accepted.items()
    assert accepted_parameters(Planning(FOLDERS), goal_type, accepted) == accepted


@pytest.mark.parametrize(("goal_type", "parameters", "place"), WRONG)
def test_a_wrong_goal_is_told_where_it_is_wrong(
    goal_type: str, parameters: Parameters, place: str
) -> None:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(FOLDERS), goal_type, parameters)
    (failure,) = refused.value.failures
    assert failure.detail.startswith(place)
    assert failure.remedy


@pytest.mark.parametrize(("change", "told"), INCOMPLETE)
def test_a_change_is_told_what_its_kind_needs(change: Parameters, told: str) -> None:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(()), "migrate_schema", {"table": "trips", "changes": [change]})
    (failure,) = refused.value.failures
    assert told in failure.detail
    assert failure.detail.startswith("parameters.changes.0")
