"""Facts and data are seen below the task that they are made in, and nowhere else."""

from pydantic import JsonValue

from shared.contracts.payloads import DataRequest, PipelineState, TaskState
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted
from tests.unit.planner.worlds import domain_of

TWINS = """
tasks:
  ingest_table: {type: abstract}
  side: {type: compound, parameters: [name]}
  find: {type: primitive, parameters: [name], effects: [parts], work: {}}
  each: {type: compound, needs: [parts], outputs: ["clean:*"]}
  clean: {type: primitive, parameters: [part], outputs: ["clean:{part}"], work: {}}
  join: {type: primitive, parameters: [name], inputs: ["clean:*"], work: {}}
methods:
  - name: both
    task: ingest_table
    steps:
      - {task: side, name: left, arguments: {name: "'left'"}}
      - {task: side, name: right, arguments: {name: "'right'"}}
  - {name: one, task: side, steps: [find, each, join]}
  - {name: one_by_one, task: each, for_each: {part: parts, label: part}, steps: [clean]}
"""


def found_by_name(request: DataRequest) -> Parameters:
    parts: dict[str, list[JsonValue]] = {"left": ["a", "b"], "right": ["b", "c"]}
    effects = request.task.processing_effects
    return {"parts": parts[str(request.parameters["name"])]} if effects else {}


def only(fleet: Fleet, path: str) -> DataRequest:
    """Return the open request for the task at this place."""
    return fleet.open[fleet.at(path).key]


def test_two_parts_with_the_same_names_never_see_one_anothers() -> None:
    fleet = Fleet(domain_of(TWINS), learn=found_by_name)
    fleet.answer(only(fleet, "ingest_table/right/find"))
    assert fleet.names() == ["clean:b", "clean:c", "find"]
    assert fleet.at("ingest_table/left/each").state is TaskState.DEFERRED
    fleet.succeed("clean:b", "clean:c")
    fleet.answer(only(fleet, "ingest_table/left/find"))
    fleet.succeed("clean:a", "clean:b")
    for side in ("left", "right"):
        below = fleet.at(f"ingest_table/{side}/each").key
        inputs = only(fleet, f"ingest_table/{side}/join").inputs
        makers = [fleet.tasks[each.task_id] for each in inputs]
        assert {maker.parent_task_id for maker in makers} == {below}
        assert len(makers) == 2
    fleet.answer(only(fleet, "ingest_table/left/join"))
    fleet.answer(only(fleet, "ingest_table/right/join"))
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert_counted(fleet)


PROMISING = """
tasks:
  ingest_table: {type: abstract}
  part: {type: compound, effects: [shape]}
  secretive: {type: compound}
  measure: {type: primitive, effects: [shape, secret], work: {}}
  check: {type: primitive, work: {}}
  reader: {type: compound, needs: [shape]}
  read: {type: primitive, parameters: [shape], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [part, secretive, reader]}
  - {name: measured, task: part, steps: [measure, check]}
  - {name: measured_too, task: secretive, steps: [measure]}
  - {name: known, task: reader, steps: [read]}
"""


def test_a_fact_is_known_outside_once_the_task_that_promises_it_is_done() -> None:
    fleet = Fleet(domain_of(PROMISING), learn=told_by_task)
    fleet.answer(only(fleet, "ingest_table/secretive/measure"))
    assert fleet.at("ingest_table/secretive").state is TaskState.DONE
    assert fleet.at("ingest_table/reader").state is TaskState.DEFERRED
    fleet.answer(only(fleet, "ingest_table/part/measure"))
    assert fleet.at("ingest_table/reader").state is TaskState.DEFERRED
    fleet.succeed("check")
    told = fleet.named("read").parameters["shape"]
    assert told == fleet.at("ingest_table/part/measure").key
    assert_counted(fleet)


def told_by_task(request: DataRequest) -> Parameters:
    return dict.fromkeys(request.task.processing_effects, request.task.task_id)


HIDING = """
tasks:
  ingest_table: {type: abstract}
  far: {type: primitive, effects: [shape], outputs: [base], work: {}}
  inner: {type: compound, inputs: [base], needs: [shape]}
  other: {type: compound, inputs: [base], needs: [shape]}
  near: {type: primitive, effects: [shape], outputs: [base], work: {}}
  reader: {type: compound, inputs: [base], needs: [shape]}
  read: {type: primitive, parameters: [shape], inputs: [base], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [far, inner, other]}
  - {name: own, task: inner, steps: [near, reader]}
  - {name: known, task: reader, steps: [read]}
  - {name: outside, task: other, steps: [reader]}
"""


def test_the_nearest_maker_hides_a_farther_one() -> None:
    fleet = Fleet(domain_of(HIDING), learn=told_by_task)
    fleet.succeed("far")
    assert fleet.at("ingest_table/inner/reader").state is TaskState.DEFERRED
    fleet.succeed("near")
    for place, maker in (("inner", "inner/near"), ("other", "far")):
        made = fleet.at(f"ingest_table/{maker}").key
        request = only(fleet, f"ingest_table/{place}/reader/read")
        assert request.parameters == {"shape": made}
        assert [each.task_id for each in request.inputs] == [made]
    assert_counted(fleet)


COLLECTING = """
tasks:
  ingest_table: {type: abstract}
  branch: {type: compound, parameters: [name], outputs: ["leaf:*"]}
  twig: {type: compound, parameters: [name], outputs: ["leaf:*"]}
  leaf: {type: primitive, parameters: [name], outputs: ["leaf:{name}", "bud:{name}"], work: {}}
  gather: {type: primitive, inputs: ["leaf:*"], work: {}}
  nip: {type: primitive, inputs: ["bud:*"], work: {}}
methods:
  - name: all
    task: ingest_table
    steps:
      - {task: branch, arguments: {name: "'a'"}}
      - {task: leaf, arguments: {name: "'c'"}}
      - gather
  - {name: twigs, task: branch, steps: [twig, {task: leaf, arguments: {name: "'b'"}}, nip]}
  - {name: leaves, task: twig, steps: [leaf]}
"""


def test_whole_families_are_collected_from_all_that_promise_them() -> None:
    fleet = Fleet(domain_of(COLLECTING))
    for request in tuple(fleet.open.values()):
        fleet.answer(request)
    assert fleet.names() == ["nip"]
    assert [each.name for each in fleet.named("nip").inputs] == ["bud:b"]
    fleet.succeed("nip")
    assert [each.name for each in fleet.named("gather").inputs] == ["leaf:a", "leaf:b", "leaf:c"]
    fleet.succeed("gather")
    assert_closed(fleet)


EMPTY_MAKER = """
tasks:
  ingest_table: {type: abstract}
  far: {type: primitive, parameters: [name], outputs: ["clean:{name}"], work: {}}
  inner: {type: compound}
  idle: {type: compound, outputs: ["clean:*"]}
  read: {type: primitive, inputs: ["clean:*"], work: {}}
methods:
  - name: all
    task: ingest_table
    steps: [{task: far, arguments: {name: "'a'"}}, {task: inner, after: [far]}]
  - {name: own, task: inner, steps: [idle, read]}
  - {name: nothing, task: idle, steps: []}
"""


def test_a_near_maker_that_made_nothing_hides_a_farther_one_too() -> None:
    fleet = Fleet(domain_of(EMPTY_MAKER))
    fleet.succeed("far")
    assert fleet.named("read").inputs == ()


BRANCHES = """
tasks:
  ingest_table: {type: abstract}
  branch: {type: compound, parameters: [name], outputs: ["clean:*"]}
  clean: {type: primitive, parameters: [name], outputs: ["clean:{name}"], work: {}}
  count: {type: primitive, parameters: [name], inputs: ["clean:*"], work: {}}
  merge: {type: primitive, inputs: ["clean:*"], work: {}}
methods:
  - name: both
    task: ingest_table
    steps:
      - {task: branch, name: left, arguments: {name: "'a'"}}
      - {task: branch, name: right, arguments: {name: "'b'"}}
      - merge
  - {name: counted, task: branch, steps: [clean, count]}
"""


def test_data_that_are_promised_outside_are_seen_inside_without_those_of_others() -> None:
    fleet = Fleet(domain_of(BRANCHES))
    for request in tuple(fleet.open.values()):
        fleet.answer(request)
    for side, name in (("left", "a"), ("right", "b")):
        request = only(fleet, f"ingest_table/{side}/count")
        assert [each.name for each in request.inputs] == [f"clean:{name}"]
        fleet.answer(request)
    assert [each.name for each in fleet.named("merge").inputs] == ["clean:a", "clean:b"]
