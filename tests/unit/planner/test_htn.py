"""What the planner promises: which method, which order, what waits, what is refused, and why."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from planner.domain.data_domain import DATA_DOMAIN
from planner.domain.fingerprint import extended, plan_hash_of
from planner.domain.htn import Plan, Rejection, decompose, root_of
from planner.domain.limits import Limits, PlanRefusedError
from planner.domain.pipeline_model import Check, Condition, ForEach, Subtask, TaskModel
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.worlds import (
    PRIMITIVE,
    chained,
    choosing,
    looping,
    names_of,
    nested,
    order_of,
    partitions,
    plan_of,
)

LARGE = Condition("size", Check.AT_LEAST, 10)
SMALL = Condition("size", Check.EQUALS, 1)
SEEN = Condition("seen", Check.GIVEN)
UNSEEN = Condition("seen", Check.ABSENT)

INGESTION: Parameters = {"table": "trips", "sources": ["file:///in/*"], "key": [], "quality_min": 0}


def ingestion(count: int | None) -> Plan:
    facts: dict[str, JsonValue] = {} if count is None else {"partitions": partitions(count)}
    return plan_of(DATA_DOMAIN, INGESTION, facts, task="ingest_table")


def test_the_first_method_that_applies_is_taken() -> None:
    domain = choosing(("large", (LARGE,)), ("small", (SMALL,)), ("other", ()))
    assert names_of(plan_of(domain, {"size": 1})) == ["small"]
    assert names_of(plan_of(domain, {"size": 12})) == ["large"]
    assert names_of(plan_of(domain, {"size": 5})) == ["other"]


def test_a_rejected_method_is_kept_with_its_reason() -> None:
    (choice,) = plan_of(choosing(("large", (LARGE,)), ("small", (SMALL,)))).choices
    assert choice.method == "by_small"
    assert choice.rejected == (Rejection("by_large", "`size` must be at least 10; it is 1"),)


def test_no_applicable_method_is_refused_with_every_reason() -> None:
    with pytest.raises(PlanRefusedError) as refused:
        plan_of(choosing(("large", (LARGE,)), ("small", (SMALL,))), {"size": 5})
    assert refused.value.failure.code == "no_method_applies"
    assert "by_large: `size` must be at least 10" in refused.value.failure.detail
    assert "by_small: `size` must be equal to 1; it is 5" in refused.value.failure.detail


def test_a_task_whose_choice_needs_an_unknown_fact_waits_for_it_by_name() -> None:
    domain = choosing(("large", (LARGE,)), ("seen", (SEEN,)), ("blind", ()), needs=("seen",))
    plan = plan_of(domain)
    assert plan.nodes == ()
    assert [(choice.method, choice.awaits) for choice in plan.choices] == [("", ("seen",))]
    assert names_of(plan_of(domain, facts={"seen": [1]})) == ["seen"]
    assert names_of(plan_of(domain, facts={"seen": []})) == ["blind"]


def test_a_method_that_fails_anyway_is_not_waited_for() -> None:
    domain = choosing(("both", (SEEN, LARGE)), ("blind", ()), needs=("seen",))
    assert names_of(plan_of(domain, {"size": 1})) == ["blind"]


def test_absence_of_an_argument_can_be_a_condition() -> None:
    domain = choosing(("without", (Condition("size", Check.ABSENT),)), ("with", ()))
    assert names_of(plan_of(domain, {"size": None})) == ["without"]
    assert names_of(plan_of(domain, {"size": 0})) == ["with"]


def test_data_orders_tasks_and_nothing_else_does() -> None:
    domain = chained(
        Subtask("mix"),
        Subtask("milk"),
        Subtask("flour"),
        tasks=(
            TaskModel("mix", PRIMITIVE, inputs=("milk", "flour")),
            TaskModel("milk", PRIMITIVE, outputs=("milk",)),
            TaskModel("flour", PRIMITIVE, outputs=("flour",)),
        ),
    )
    assert order_of(plan_of(domain)) == {"mix": {"milk", "flour"}, "milk": set(), "flour": set()}


def test_an_explicit_after_orders_tasks() -> None:
    tasks = (TaskModel("draw", PRIMITIVE), TaskModel("paint", PRIMITIVE))
    domain = chained(Subtask("paint", after=("draw",)), Subtask("draw"), tasks=tasks)
    assert order_of(plan_of(domain)) == {"paint": {"draw"}, "draw": set()}


def test_members_of_a_list_meet_by_their_own_data() -> None:
    each = ForEach("size", "part", label="part")
    domain = chained(
        Subtask("cut", {"part": "part"}, for_each=each),
        Subtask("sew", {"part": "part"}, for_each=each),
        tasks=(
            TaskModel("cut", PRIMITIVE, parameters=("part",), outputs=("cut:{part}",)),
            TaskModel("sew", PRIMITIVE, parameters=("part",), inputs=("cut:{part}",)),
        ),
    )
    order = order_of(plan_of(domain, {"size": ["hat", "coat"]}))
    assert order["sew:hat"] == {"cut:hat"}
    assert order["sew:coat"] == {"cut:coat"}


def test_ingestion_leaves_the_partitions_open_until_they_are_known() -> None:
    plan = ingestion(None)
    waiting = {choice.path: choice.awaits for choice in plan.choices if not choice.method}
    assert waiting == {
        "ingest_table/profile_partitions": ("partitions",),
        "ingest_table/clean_partitions": ("partitions",),
    }


def test_ingestion_has_one_profile_and_one_cleaning_for_each_partition() -> None:
    assert names_of(ingestion(2)) == [
        "discover_sources",
        "profile_partitions",
        "profile_partition:00000.csv",
        "profile_partition:00001.csv",
        "agree_schema",
        "propose_schema",
        "decide_schema",
        "clean_partitions",
        "clean_partition:00000.csv",
        "clean_partition:00001.csv",
        "publish_table",
    ]


def test_ingestion_is_ordered_by_its_data() -> None:
    order = order_of(ingestion(2))
    assert order["agree_schema"] == {"profile_partitions", "discover_sources"}
    assert order["decide_schema"] == {"propose_schema"}
    assert order["clean_partitions"] == {"agree_schema", "discover_sources"}
    assert order["publish_table"] == {"clean_partitions", "agree_schema"}
    assert order["clean_partition:00000.csv"] == set()


@given(st.integers(1, 30))
def test_decomposing_late_gives_the_same_plan_as_decomposing_at_once(count: int) -> None:
    root = root_of(DATA_DOMAIN.tasks["ingest_table"], INGESTION)
    facts = {"partitions": partitions(count)}
    early = ingestion(None)
    nodes, choices = list(early.nodes), list(early.choices)
    for waiting in [choice for choice in early.choices if choice.awaits]:
        (start,) = (node for node in early.nodes if node.path == waiting.path)
        late = decompose(DATA_DOMAIN, start, facts, Limits())
        nodes += late.nodes
        choices += late.choices
    eager = ingestion(count)
    seed = plan_hash_of(DATA_DOMAIN, root)
    assert {node.path: node for node in nodes} == {node.path: node for node in eager.nodes}
    assert extended(seed, nodes, choices) == extended(seed, eager.nodes, eager.choices)


def test_the_hash_tells_plans_apart() -> None:
    hashes = {extended("0", plan.nodes, plan.choices) for plan in map(ingestion, (None, 1, 2))}
    assert len(hashes) == 3


HASH_PROGRAM = """
from tests.unit.planner.test_htn import ingestion
from planner.domain.fingerprint import extended
plan = ingestion(20)
print(extended("0", plan.nodes, plan.choices))
"""


def test_the_hash_is_the_same_in_every_process() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", HASH_PROGRAM],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert len({run.stdout for run in runs}) == 1


def test_a_nesting_within_the_limit_is_planned_without_recursion() -> None:
    limits = Limits(depth_max=5_000, nodes_max=10_000)
    assert len(plan_of(nested(3_000), limits=limits).nodes) == 3_000


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(nodes_max=26), "plan_too_large"),
        (Limits(outputs_max=29), "message_too_large"),
        (Limits(depth_max=1), "plan_too_deep"),
    ],
)
def test_a_plan_beyond_a_limit_is_refused_with_a_remedy(limits: Limits, code: str) -> None:
    root = root_of(DATA_DOMAIN.tasks["ingest_table"], INGESTION)
    with pytest.raises(PlanRefusedError) as refused:
        decompose(DATA_DOMAIN, root, {"partitions": partitions(10)}, limits)
    assert refused.value.failure.code == code
    assert refused.value.failure.remedy


def test_the_limits_themselves_are_allowed() -> None:
    facts: dict[str, JsonValue] = {"partitions": partitions(10)}
    limits = Limits(nodes_max=28, outputs_max=30, depth_max=2)
    plan = plan_of(DATA_DOMAIN, INGESTION, facts, limits=limits, task="ingest_table")
    assert len(plan.nodes) + 1 == 28


def test_nine_hundred_partitions_fit_into_the_limits() -> None:
    assert len(ingestion(900).nodes) == 1_807


def test_a_method_that_leads_nowhere_ends_at_the_depth_limit() -> None:
    with pytest.raises(PlanRefusedError, match="more than 32 levels"):
        plan_of(looping())


def test_two_partitions_of_one_name_are_refused() -> None:
    facts: dict[str, JsonValue] = {"partitions": [*partitions(2), *partitions(1)]}
    with pytest.raises(PlanRefusedError) as refused:
        plan_of(DATA_DOMAIN, INGESTION, facts, task="ingest_table")
    assert refused.value.failure.code == "task_named_twice"
    assert "00000.csv" in refused.value.failure.detail


@pytest.mark.parametrize("found", [[], "many", [{"uri": "file:///in/a.csv"}], None])
def test_a_list_that_is_none_is_a_reason_and_no_crash(found: JsonValue) -> None:
    with pytest.raises(PlanRefusedError, match="profile_each: `partition"):
        plan_of(DATA_DOMAIN, INGESTION, {"partitions": found}, task="ingest_table")
