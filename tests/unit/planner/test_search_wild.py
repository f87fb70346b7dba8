"""Whatever the problem looks like: a plan is found exactly when there is one, and it holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.search.meter import Limits, Meter
from planner.domain.search.program import compile_problem
from planner.domain.search.reaching import reached
from planner.domain.search.searching import Conduct, Refusal, Search, Turn
from tests.unit.planner.puzzles import plan_for
from tests.unit.planner.wild_problems import Wild, text, wild_problems

ENOUGH = 1_000_000

conducts = st.builds(
    Conduct,
    st.sampled_from(Refusal),
    st.sampled_from(Turn),
    depth_max=st.integers(0, 3),
    keeps_done=st.booleans(),
    seed=st.integers(0, 3),
    keeps_ways=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(wild_problems())
def test_a_plan_is_found_exactly_when_there_is_one(wild: Wild) -> None:
    plan = plan_for(*text(wild), nodes_max=ENOUGH)
    assert (plan is not None) == wild.has_plan()


@settings(max_examples=40, deadline=None)
@given(wild_problems(), conducts, st.integers(1, 20), st.sampled_from([0, ENOUGH]))
def test_no_conduct_claims_what_is_not_so(
    wild: Wild, conduct: Conduct, portion: int, rows_max: int
) -> None:
    domain, problem = text(wild)
    model = read_domain(domain, "domain")
    read = read_problem(problem, "problem", model)
    program = compile_problem(model, read, interleaved=True)
    known = reached(program, read, rows_max)
    search = Search(program, conduct, Meter(Limits(), lambda: 0.0), known)
    steps = None
    for turn in range(1, 200):
        steps = search.run(turn * portion)
        if steps is not None or search.is_over:
            break
    if steps is not None:
        assert wild.has_plan()
    elif search.is_over and search.was_thorough:
        assert not wild.has_plan()
