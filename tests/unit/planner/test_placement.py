"""Where pipelines live: beside the others of their owner."""

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.placement import first_pipeline_id, next_pipeline_id
from shared.contracts.topics import PLANNER
from shared.kernel.partitioning import partition_of

NAMES = st.text(max_size=40)


def home_of(name: str) -> int:
    return partition_of(name, PLANNER.partitions)


@given(owner=NAMES, goal_ids=st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_all_pipelines_of_one_owner_are_in_one_partition(owner: str, goal_ids: list[str]) -> None:
    pipelines = [first_pipeline_id(owner, goal_id) for goal_id in goal_ids]
    pipelines += [next_pipeline_id(pipeline_id) for pipeline_id in pipelines]
    assert {home_of(pipeline_id) for pipeline_id in pipelines} == {home_of(owner)}
    assert len(set(pipelines)) == len(pipelines)


@given(owner=NAMES, goal_id=NAMES)
def test_a_goal_asked_for_twice_has_one_pipeline(owner: str, goal_id: str) -> None:
    assert first_pipeline_id(owner, goal_id) == first_pipeline_id(owner, goal_id)


def test_owners_are_spread_over_all_partitions() -> None:
    homes = {home_of(first_pipeline_id(f"owner-{each}", "goal")) for each in range(200)}
    assert homes == set(range(PLANNER.partitions))
