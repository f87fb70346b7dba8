"""People bring tasks and methods of their own, in files beside the built-in ones."""

from pathlib import Path

import pytest

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.remarks import UnsoundDomainError
from planner.settings import Settings
from shared.contracts.payloads import DataRequest, PipelineState
from tests.unit.planner.bridge import GOAL, Bridge

PROFILE_ONLY = """
domain: data
version: "2"
tasks:
  profile_only:
    type: abstract
    description: Learn what files hold, and nothing else.
    parameters: [sources, reason]
methods:
  - name: just_profile
    task: profile_only
    steps: [discover_sources, profile_partitions]
"""

SECOND_WAY = """
domain: data
version: "2"
tasks:
  ask_a_person: {type: primitive, outputs: [schema_contract], effects: [decision], work: {}}
methods:
  - {name: by_hand, task: agree_schema, steps: [ask_a_person]}
"""


def settings_with(folder: Path, text: str) -> Settings:
    path = folder / "own.yaml"
    path.write_text(text)
    return Settings(domain_files=str(path), source_roots="/in")


def test_an_abstract_task_of_ones_own_is_a_goal_type(tmp_path: Path) -> None:
    domain = settings_with(tmp_path, PROFILE_ONLY).planning().domain
    bridge = Bridge(domain=domain)
    parameters = {"sources": ["file:///in/*.csv"], "reason": "curiosity"}
    bridge.take(GOAL.model_copy(update={"goal_type": "profile_only", "parameters": parameters}))
    bridge.succeed("discover_sources")
    bridge.succeed_all("profile_partition")
    assert bridge.pipeline.state is PipelineState.COMPLETED


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({"sources": ["file:///in/a.csv"]}, "parameters.reason: it is missing"),
        ({"sources": ["file:///etc/passwd"], "reason": ""}, "lies outside the folders"),
        ({"sources": ["file:///in/a.csv"], "reason": 1, "table": "x"}, "no such parameter"),
    ],
)
def test_its_parameters_are_checked(
    tmp_path: Path, parameters: dict[str, object], detail: str
) -> None:
    planning = settings_with(tmp_path, PROFILE_ONLY).planning()
    with pytest.raises(GoalRefusedError, match=detail):
        accepted_parameters(planning, "profile_only", parameters)  # pyright: ignore[reportArgumentType]


def test_a_method_of_ones_own_is_what_is_tried_next(tmp_path: Path) -> None:
    bridge = Bridge(domain=settings_with(tmp_path, SECOND_WAY).planning().domain)
    bridge.reach_vote()
    proposal = bridge.task("decide_schema")
    assert proposal.attempts == 0
    methods = bridge.domain.methods["agree_schema"]
    assert [method.name for method in methods] == ["by_vote", "by_vote_without_recipe", "by_hand"]
    assert "ask_a_person" not in {each.operator for each in bridge.payloads(DataRequest)}


def test_a_file_that_is_not_sound_says_where(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, PROFILE_ONLY.replace("discover_sources", "discover"))
    with pytest.raises(UnsoundDomainError, match=r"own\.yaml:12: .*discover"):
        settings.planning()


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"there is no file nowhere\.yaml"):
        Settings(domain_files="nowhere.yaml")
