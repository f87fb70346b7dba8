"""Which goals are accepted, and what the others are told."""

import pytest
from pydantic import JsonValue

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.goals.base import SOURCES_MAX
from planner.domain.goals.types import GOAL_TYPES
from planner.domain.planning import Planning
from planner.domain.sources import source_failure
from shared.contracts.vocabulary import Failure, Parameters

FOLDERS = ("/srv/in", "/mnt/more files")
TRIPS: Parameters = {"table": "trips", "sources": ["file:///srv/in/*.csv"]}

TOO_MANY: list[JsonValue] = ["file:///srv/in/a"] * (SOURCES_MAX + 1)

WRONG: list[tuple[Parameters, str, str]] = [
    ({"sources": TRIPS["sources"]}, "parameters.table", "parameter_missing"),
    ({"table": "trips"}, "parameters.sources", "parameter_missing"),
    ({**TRIPS, "sources": []}, "parameters.sources", "parameter_invalid"),
    ({**TRIPS, "sources": "file:///srv/in/a"}, "parameters.sources", "parameter_invalid"),
    ({**TRIPS, "sources": ["file:///srv/in/a", 7]}, "parameters.sources.1", "parameter_invalid"),
    (
        {**TRIPS, "sources": TOO_MANY},
        "parameters.sources",
        "parameter_invalid",
    ),
    ({**TRIPS, "table": "Trips; drop"}, "parameters.table", "parameter_invalid"),
    ({**TRIPS, "quality_min": "0.9"}, "parameters.quality_min", "parameter_invalid"),
    ({**TRIPS, "quality_min": 1.5}, "parameters.quality_min", "parameter_invalid"),
    ({**TRIPS, "key": ["day", None]}, "parameters.key.1", "parameter_invalid"),
    ({**TRIPS, "tabel": "trips"}, "parameters.tabel", "parameter_unknown"),
    ({**TRIPS, "sources": ["file:///etc/passwd"]}, "parameters.sources.0", "source_outside_roots"),
]

OUTSIDE = [
    "file:///srv/in",
    "file:///srv/inside/a.csv",
    "file:///srv/in/../etc/passwd",
    "file:///srv/in/%2e%2e/etc/passwd",
    "file:///srv/*/a.csv",
    "file:///a.csv",
]

INVALID = ["/srv/in/a.csv", "ftp://srv/in/a.csv", "file://host/srv/in/a.csv", "file:///srv/in/a?b"]

INSIDE = [
    "file:///srv/in/a.csv",
    "file:///srv/in/2013/*.csv",
    "file:///srv//in/./a.csv",
    "file:///mnt/more%20files/a.csv",
    "file:///srv/in/a..b.csv",
]


def refusal(goal_type: str, parameters: Parameters) -> tuple[Failure, ...]:
    with pytest.raises(GoalRefusedError) as refused:
        accepted_parameters(Planning(FOLDERS), goal_type, parameters)
    return refused.value.failures


def test_an_accepted_goal_has_all_its_defaults() -> None:
    accepted = accepted_parameters(Planning(FOLDERS), "ingest_table", TRIPS)
    assert accepted == {
        **TRIPS, "key": [], "quality_min": 0.0, "contract": "", "quality_weights": {}
    }  # fmt: skip
    assert accepted_parameters(Planning(FOLDERS), "ingest_table", accepted) == accepted


@pytest.mark.parametrize(("parameters", "field", "code"), WRONG)
def test_a_wrong_parameter_is_named_with_a_remedy(
    parameters: Parameters, field: str, code: str
) -> None:
    (failure,) = refusal("ingest_table", parameters)
    assert failure.detail.startswith(f"{field}: ")
    assert failure.code == code
    assert failure.remedy


def test_an_unknown_goal_type_is_told_the_known_ones() -> None:
    (failure,) = refusal("make_coffee", TRIPS)
    assert failure.code == "goal_type_unknown"
    assert failure.remedy == f"ask for one of: {', '.join(sorted(GOAL_TYPES))}"


def test_every_wrong_parameter_is_named_at_once() -> None:
    failures = refusal("ingest_table", {"quality_min": 2, "table": "trips", "speed": 1})
    fields = [failure.detail.partition(":")[0] for failure in failures]
    assert fields == ["parameters.sources", "parameters.quality_min", "parameters.speed"]
    summary = GoalRefusedError(failures).failure
    assert all(failure.detail in summary.detail for failure in failures)


@pytest.mark.parametrize("source", OUTSIDE)
def test_a_source_outside_the_folders_is_refused(source: str) -> None:
    failure = source_failure("sources.0", source, FOLDERS)
    assert failure is not None
    assert failure.code == "source_outside_roots"
    assert source in failure.detail


@pytest.mark.parametrize("source", INVALID)
def test_a_source_that_is_no_local_file_is_refused(source: str) -> None:
    failure = source_failure("sources.0", source, FOLDERS)
    assert failure is not None
    assert failure.code == "source_invalid"


@pytest.mark.parametrize("source", INSIDE)
def test_a_source_inside_a_folder_is_accepted(source: str) -> None:
    assert source_failure("sources.0", source, FOLDERS) is None


def test_everything_lies_inside_the_root_folder() -> None:
    assert source_failure("sources.0", "file:///any/where.csv", ("/",)) is None


@pytest.mark.parametrize("kind", ["ingest_table", "clean_dataset", "validate_dataset"])
def test_a_contract_lies_where_goals_may_read(kind: str) -> None:
    name = "table" if kind == "ingest_table" else "dataset"
    goal: Parameters = {name: "t", "sources": ["file:///srv/in/a.csv"]}
    inside: Parameters = {**goal, "contract": "file:///srv/in/t.yaml"}
    assert accepted_parameters(Planning(FOLDERS), kind, inside)["contract"] == inside["contract"]
    with pytest.raises(GoalRefusedError, match="contract"):
        accepted_parameters(Planning(FOLDERS), kind, {**goal, "contract": "file:///etc/t.yaml"})


def test_a_contract_may_be_written_out() -> None:
    contract: Parameters = {"kind": "DataContract", "schema": []}
    accepted = accepted_parameters(
        Planning(FOLDERS), "ingest_table", {**TRIPS, "contract": contract}
    )
    assert accepted["contract"] == contract


def test_weights_are_of_known_dimensions() -> None:
    weighed: Parameters = {**TRIPS, "quality_weights": {"validity": 2.0}}
    assert accepted_parameters(Planning(FOLDERS), "ingest_table", weighed)
    wrong: Parameters = {**TRIPS, "quality_weights": {"beauty": 1.0}}
    with pytest.raises(GoalRefusedError):
        accepted_parameters(Planning(FOLDERS), "ingest_table", wrong)
