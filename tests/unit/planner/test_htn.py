"""What the planner promises: which method, which order, what waits, what is refused, and why."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from planner.domain.fingerprint import extended, plan_hash_of
from planner.domain.htn.decomposing import Start, decompose
from planner.domain.htn.nodes import Plan, Rejection, root_of
from planner.domain.htn.program import compile_domain
from planner.domain.limits import Limits, PlanRefusedError
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.worlds import (
    choosing,
    data_program,
    domain_of,
    looping,
    names_of,
    nested,
    order_of,
    partitions,
    plan_of,
)

LARGE, SMALL = "size >= 10", "size == 1"
SEEN = "size(seen) > 0"

INGESTION: Parameters = {
    "table": "trips",
    "sources": ["file:///in/*"],
    "key": [],
    "quality_min": 0,
    "contract": "",
    "quality_weights": {},
}


def ingestion(count: int | None) -> Plan:
    facts: dict[str, JsonValue] = {} if count is None else {"partitions": partitions(count)}
    return plan_of(data_program(), INGESTION, facts, task="ingest_table")


def test_the_first_method_that_applies_is_taken() -> None:
    domain = choosing(("large", LARGE), ("small", SMALL), ("other", "true"))
    assert names_of(plan_of(domain, {"size": 1})) == ["small"]
    assert names_of(plan_of(domain, {"size": 12})) == ["large"]
    assert names_of(plan_of(domain, {"size": 5})) == ["other"]


def test_a_rejected_method_is_kept_with_its_reason() -> None:
    (choice,) = plan_of(choosing(("large", LARGE), ("small", SMALL))).choices
    assert choice.method == "by_small"
    assert choice.rejected == (Rejection("by_large", "`size >= 10` does not hold: size is 1"),)


def test_no_applicable_method_is_refused_with_every_reason() -> None:
    with pytest.raises(PlanRefusedError) as refused:
        plan_of(choosing(("large", LARGE), ("small", SMALL)), {"size": 5})
    assert refused.value.failure.code == "no_method_applies"
    assert "by_large: `size >= 10` does not hold" in refused.value.failure.detail
    assert "by_small: `size == 1` does not hold: size is 5" in refused.value.failure.detail


def test_a_task_whose_choice_needs_an_unknown_fact_waits_for_it_by_name() -> None:
    domain = choosing(("large", LARGE), ("seen", SEEN), ("blind", "true"), needs="seen")
    plan = plan_of(domain)
    assert plan.nodes == ()
    assert [(choice.method, choice.awaits) for choice in plan.choices] == [("", ("seen",))]
    start = Start(root_of(compile_domain(domain).tasks["goal"], {"size": 1}))
    assert names_of(decompose(start, {"seen": [1]}, Limits())) == ["seen"]
    assert names_of(decompose(start, {"seen": []}, Limits())) == ["blind"]


def test_a_method_that_fails_anyway_is_not_waited_for() -> None:
    domain = choosing(("both", f"{SEEN} && {LARGE}"), ("blind", "true"), needs="seen")
    assert names_of(plan_of(domain, {"size": 1})) == ["blind"]


def test_absence_of_an_argument_can_be_a_condition() -> None:
    domain = choosing(("without", "size == null"), ("with", "true"))
    assert names_of(plan_of(domain, {"size": None})) == ["without"]
    assert names_of(plan_of(domain, {"size": 0})) == ["with"]


def test_data_orders_tasks_and_nothing_else_does() -> None:
    domain = domain_of(
        """
        tasks:
          goal: {type: abstract}
          mix: {type: primitive, inputs: [milk, flour], work: {}}
          milk: {type: primitive, outputs: [milk], work: {}}
          flour: {type: primitive, outputs: [flour], work: {}}
        methods: [{name: only, task: goal, steps: [mix, milk, flour]}]
        """
    )
    assert order_of(plan_of(domain)) == {"mix": {"milk", "flour"}, "milk": set(), "flour": set()}


def test_an_explicit_after_orders_tasks() -> None:
    domain = domain_of(
        """
        tasks:
          goal: {type: abstract}
          draw: {type: primitive, work: {}}
          paint: {type: primitive, work: {}}
        methods: [{name: only, task: goal, steps: [{task: paint, after: [draw]}, draw]}]
        """
    )
    assert order_of(plan_of(domain)) == {"paint": {"draw"}, "draw": set()}


CHAIN = """
tasks:
  goal: {type: abstract, parameters: [parts]}
  make: {type: primitive, parameters: [part], inputs: ["made:{part.of}"],
    outputs: ["made:{part.name}"], work: {}}
methods: [{name: each, task: goal, for_each: {part: parts, label: part.name}, steps: [make]}]
"""


def test_repetitions_that_read_each_others_data_wait_for_one_another() -> None:
    parts: list[JsonValue] = [
        {"name": "cake", "of": ["dough", "icing"]},
        {"name": "dough", "of": []},
        {"name": "icing", "of": []},
    ]
    order = order_of(plan_of(domain_of(CHAIN), {"parts": parts}))
    assert order == {
        "make:cake": {"make:dough", "make:icing"},
        "make:dough": set(),
        "make:icing": set(),
    }


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
    root = root_of(data_program().tasks["ingest_table"], INGESTION)
    facts = {"partitions": partitions(count)}
    early = ingestion(None)
    nodes, choices = list(early.nodes), list(early.choices)
    for waiting in [choice for choice in early.choices if choice.awaits]:
        (start,) = (node for node in early.nodes if node.path == waiting.path)
        late = decompose(Start(start), facts, Limits())
        nodes += late.nodes
        choices += late.choices
    eager = ingestion(count)
    seed = plan_hash_of(data_program().domain, root)
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
    root = root_of(data_program().tasks["ingest_table"], INGESTION)
    with pytest.raises(PlanRefusedError) as refused:
        decompose(Start(root), {}, limits, assumed={"partitions": partitions(10)})
    assert refused.value.failure.code == code
    assert refused.value.failure.remedy


def test_the_limits_themselves_are_allowed() -> None:
    facts: dict[str, JsonValue] = {"partitions": partitions(10)}
    limits = Limits(nodes_max=28, outputs_max=40, depth_max=2)
    plan = plan_of(data_program(), INGESTION, facts, limits=limits, task="ingest_table")
    assert len(plan.nodes) + 1 == 28


def test_nine_hundred_partitions_fit_into_the_limits() -> None:
    assert len(ingestion(900).nodes) == 1_807


def test_a_method_that_leads_nowhere_ends_at_the_depth_limit() -> None:
    with pytest.raises(PlanRefusedError, match="more than 32 levels"):
        plan_of(looping())


def test_two_partitions_of_one_name_are_refused() -> None:
    facts: dict[str, JsonValue] = {"partitions": [*partitions(2), *partitions(1)]}
    with pytest.raises(PlanRefusedError) as refused:
        plan_of(data_program(), INGESTION, facts, task="ingest_table")
    assert refused.value.failure.code == "task_named_twice"
    assert "00000.csv" in refused.value.failure.detail


@pytest.mark.parametrize("found", [[], "many", [{"uri": "file:///in/a.csv"}], None])
def test_a_list_that_is_none_is_a_reason_and_no_crash(found: JsonValue) -> None:
    with pytest.raises(PlanRefusedError, match="`partition"):
        plan_of(data_program(), INGESTION, {"partitions": found}, task="ingest_table")
