"""What planning costs: how fast, how evenly, how soon the first task is ready, what a repair takes.

`python -m benchmarks.planning`: the domain of pipelines, in which every partition is read, cleaned,
checked and written, and one method is rejected before that one is taken. The peer is GTPyhop, in
the same process, with its greedy strategy: the recursive ones end at some 300 steps. All seconds
are the process's own CPU time, the least of three runs.
"""

import gc
import importlib
import io
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import Any

from pydantic import JsonValue

from benchmarks.machine_planning import repair_and_anew, steps_of
from planner.domain.htn.decomposing import Start, decompose
from planner.domain.htn.nodes import root_of
from planner.domain.htn.program import Program, compile_domain
from planner.domain.limits import Limits
from planner.domain.yaml_format.reading import read_yaml
from shared.engine.collector import tune_collector

PRIMITIVES = 4
"""Tasks of one partition that somebody carries out."""

OURS = (2_500, 25_000)
PEERS = (50, 500, 1_000)
"""Partitions; the peer's cost grows with the square, so that 25 000 would take an hour."""

LARGE = 1_000_000_000

RUNS = 3
LIMITS = Limits(nodes_max=1_000_000)

PIPELINES = """
domain: pipelines
version: "1"
tasks:
  ingest_table: {type: abstract}
  find: {type: primitive, effects: [parts], work: {}}
  process_all: {type: compound, needs: [parts]}
  process: {type: compound, parameters: [part]}
  read: {type: primitive, parameters: [part], outputs: ["raw:{part.name}"], work: {}}
  clean: {type: primitive, parameters: [part], inputs: ["raw:{part.name}"],
    outputs: ["clean:{part.name}"], work: {}}
  verify: {type: primitive, parameters: [part], inputs: ["clean:{part.name}"],
    outputs: ["verdict:{part.name}"], work: {}}
  write: {type: primitive, parameters: [part],
    inputs: ["clean:{part.name}", "verdict:{part.name}"], work: {}}
methods:
  - {name: found, task: ingest_table, steps: [find, process_all]}
  - name: each
    task: process_all
    for_each: {part: parts, label: part.name}
    steps: [process]
  - name: as_it_is
    task: process
    when: part.bytes > 1000000000
    steps: [read]
  - name: in_order
    task: process
    steps: [read, clean, verify, write]
"""


def parts_of(count: int) -> list[JsonValue]:
    """Return this many partitions."""
    return [{"name": f"part-{number:06}", "bytes": number} for number in range(count)]


def cpu_seconds(action: Callable[[], object]) -> float:
    """Return the least CPU time of a few runs."""
    seconds: list[float] = []
    for _ in range(RUNS):
        gc.collect()
        begun = time.process_time()
        action()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def decomposed(program: Program, count: int) -> float:
    """Return what it takes to plan this many partitions at once."""
    start = Start(root_of(program.tasks["ingest_table"], {}))
    facts: dict[str, JsonValue] = {"parts": parts_of(count)}
    plan = decompose(start, {}, LIMITS, assumed=facts)
    assert sum(node.task.is_primitive for node in plan.nodes) == count * PRIMITIVES + 1
    return cpu_seconds(lambda: decompose(start, {}, LIMITS, assumed=facts))


def peer_of() -> Callable[[int], float]:
    """Return what tells how long GTPyhop takes for this many partitions."""
    with redirect_stdout(io.StringIO()):
        peer: Any = importlib.import_module("gtpyhop")
        peer.current_domain = peer.Domain("pipelines")
        peer.declare_actions(*map(_action, ("read", "clean", "verify", "write")))
        peer.declare_task_methods("build", _build)
        peer.declare_task_methods("process", _as_it_is, _in_order)
        peer.set_recursive_planning("iterative_greedy")
    peer.verbose = 0
    peer.set_verbose_level(0)

    def seconds_for(count: int) -> float:
        state = peer.State("start")
        state.parts = parts_of(count)
        state.stage = {}

        def plan() -> None:
            with redirect_stdout(io.StringIO()):
                found = peer.find_plan(state, [("build",)])
            assert len(found) == count * PRIMITIVES

        return cpu_seconds(plan)

    return seconds_for


_BEFORE = {"read": None, "clean": "read", "verify": "clean", "write": "verify"}


def _action(name: str) -> Callable[[Any, str], Any]:
    def act(state: Any, part: str) -> Any:  # noqa: ANN401 -- the peer has no types
        if state.stage.get(part) != _BEFORE[name]:
            return None
        state.stage[part] = name
        return state

    act.__name__ = name
    return act


def _build(state: Any) -> Sequence[tuple[str, ...]]:  # noqa: ANN401 -- the peer has no types
    return [("process", part["name"], part["bytes"]) for part in state.parts]


def _as_it_is(_: object, part: str, size: int) -> Sequence[tuple[str, ...]] | None:
    return [("read", part)] if size > LARGE else None


def _in_order(_: object, part: str, size: int) -> Sequence[tuple[str, ...]]:
    del size
    return [(name, part) for name in _BEFORE]


def main() -> None:
    """Measure and print."""
    tune_collector()
    program = compile_domain(read_yaml({"pipelines.yaml": PIPELINES}))
    seconds_of_peer = peer_of()
    rate = 0.0
    for count in PEERS:
        seconds = seconds_of_peer(count)
        rate = count * PRIMITIVES / seconds
        print(f"GTPyhop: {count * PRIMITIVES} tasks in {seconds:.3f} s, {rate:.0f} a second")
    ours: list[float] = []
    for count in OURS:
        seconds = decomposed(program, count)
        ours.append(seconds)
        own_rate = count * PRIMITIVES / seconds
        print(f"ours: {count * PRIMITIVES} tasks in {seconds:.3f} s, {own_rate:.0f} a second")
        print(f"  {own_rate / rate:.0f} times GTPyhop's last rate")
    print(f"ten times the tasks take {ours[1] / ours[0]:.1f} times as long")
    few, many = (steps_of(read_yaml({"p.yaml": PIPELINES}), parts_of(count)) for count in OURS)
    for count, steps in zip(OURS, (few, many), strict=True):
        print(
            f"{count * PRIMITIVES} tasks: the first {steps.first_ready} ready after "
            f"{steps.first_seconds * 1000:.1f} ms; then {steps.answer_seconds * 1e6:.0f} µs "
            f"an answer (the slowest {steps.slowest_seconds * 1000:.0f} ms), "
            f"{steps.bytes_a_task:.0f} bytes a task"
        )
    print(f"an answer costs {many.answer_seconds / few.answer_seconds:.2f} times as much")
    repair, anew = repair_and_anew(parts_of(OURS[0]))
    print(
        f"one of {OURS[0] * PRIMITIVES} tasks repaired in {repair * 1000:.2f} ms, "
        f"{anew / repair:.0f} times cheaper than planning anew ({anew:.2f} s)"
    )


if __name__ == "__main__":
    main()
