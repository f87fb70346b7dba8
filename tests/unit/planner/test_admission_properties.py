"""Whoever submits, ends, cancels, pauses and retries: limits hold, nobody waits in vain."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from planner.domain.admission import MINUTE, OwnerLimits
from planner.domain.places import IN_LINE, PlaceRecord, PlaceState
from planner.domain.records import GoalRecord
from shared.contracts.payloads import Command, PipelineState
from shared.contracts.terms import GoalTerms
from tests.unit.planner.quay import Quay

OWNERS = ("ada", "bob")
KEYS = ("", "", "trips", "hotels")
GOALS_MAX = 40
OPEN = frozenset({PipelineState.QUEUED, PipelineState.RUNNING, PipelineState.PAUSED})


class Port(RuleBasedStateMachine):
    """A few owners with a few keys; the model is the list of goals in order of arrival."""

    def __init__(self) -> None:
        super().__init__()
        self.quay = Quay()
        self.arrivals: list[str] = []
        """Goals by their newest submission or retry."""
        self.begun_at: dict[str, list[datetime]] = {owner: [] for owner in OWNERS}

    @initialize(
        running_max=st.integers(1, 3), waiting_max=st.integers(1, 6), rate=st.integers(2, 8)
    )
    def open_port(self, running_max: int, waiting_max: int, rate: int) -> None:
        self.quay.owner_limits = OwnerLimits(running_max, waiting_max, rate)

    @rule(
        owner=st.sampled_from(OWNERS),
        key=st.sampled_from(KEYS),
        priority=st.sampled_from([3, 5, 9]),
        deadline=st.sampled_from([None, None, 45.0]),
    )
    def submit(self, owner: str, key: str, priority: int, deadline: float | None) -> None:
        if len(self.arrivals) == GOALS_MAX:
            return
        goal_id = f"goal-{len(self.arrivals)}"
        before = self.begun()
        waiting = self.waiting_of(owner)
        terms = GoalTerms(key=key, deadline_seconds=deadline)
        state = self.quay.submit(goal_id, owner=owner, priority=priority, terms=terms)
        is_refused = waiting >= self.quay.owner_limits.waiting_max
        assert (state is PipelineState.FAILED) == is_refused
        self.arrivals.append(goal_id)
        self.check_order(before)

    @rule(place=st.integers(0, GOALS_MAX), command=st.sampled_from(Command))
    def steer(self, place: int, command: Command) -> None:
        if not self.arrivals:
            return
        goal_id = self.arrivals[place % len(self.arrivals)]
        before, run = self.begun(), self.quay.pipeline_of(goal_id).run
        self.quay.steer(goal_id, command)
        if self.quay.pipeline_of(goal_id).run > run:
            self.arrivals.remove(goal_id)
            self.arrivals.append(goal_id)
        self.check_order(before)

    @rule(place=st.integers(0, GOALS_MAX))
    def end(self, place: int) -> None:
        begun = sorted(self.begun())
        if begun:
            self.quay.fail(begun[place % len(begun)])
            self.check_order(set(begun))

    @rule(seconds=st.sampled_from([1.0, 20.0, 100.0]))
    def wait(self, seconds: float) -> None:
        self.quay.now += timedelta(seconds=seconds)
        before = self.begun()
        while self.quay.fire_next():
            self.check_order(before)
            before = self.begun()

    @invariant()
    def no_limit_is_broken(self) -> None:
        limits = self.quay.owner_limits
        running = Counter(self.goal(each).owner for each in self.begun())
        assert all(count <= limits.running_max for count in running.values())
        holders = Counter(
            (goal.owner, goal.terms.key) for goal in map(self.goal, self.begun()) if goal.terms.key
        )
        assert all(count == 1 for count in holders.values())
        for moments in self.begun_at.values():
            for first, last in zip(moments, moments[limits.begun_per_minute_max :], strict=False):
                assert last - first >= limits.share

    @invariant()
    def nobody_waits_while_there_is_room(self) -> None:
        limits = self.quay.owner_limits
        begun = [self.goal(each) for each in self.begun()]
        held = {(goal.owner, goal.terms.key) for goal in begun if goal.terms.key}
        running = Counter(goal.owner for goal in begun)
        for goal in map(self.goal, self.queued()):
            is_rated = self.bucket_is_empty(goal.owner)
            is_full = running[goal.owner] >= limits.running_max
            assert is_full or is_rated or (goal.owner, goal.terms.key) in held

    @invariant()
    def no_goal_is_lost(self) -> None:
        for goal_id in self.arrivals:
            state, place = self.quay.state_of(goal_id), self.quay.place_of(goal_id)
            assert (place is not None) == (state in OPEN)
            if place is not None:
                assert (place.state in IN_LINE) == (state is PipelineState.QUEUED)
        for owner in OWNERS:
            places = [each for each in self.places() if each.owner == owner]
            begun = sum(each.state is PlaceState.BEGUN for each in places)
            if self.goals_of(owner):
                counted = self.quay.owner(owner)
                assert (counted.running, counted.waiting) == (begun, len(places) - begun)

    def teardown(self) -> None:
        """Resume everybody, end whoever runs: everyone in line begins at last."""
        for goal_id in tuple(self.arrivals):
            self.quay.steer(goal_id, Command.RESUME)
        for _ in range(2 * GOALS_MAX):
            for goal_id in self.begun():
                self.quay.fail(goal_id)
            self.quay.pass_time(60)
        assert not [each for each in self.arrivals if self.quay.state_of(each) in OPEN]
        super().teardown()

    def check_order(self, before: set[str]) -> None:
        """Check that whoever began had nobody before it who could have begun instead."""
        begun = self.begun() - before
        for goal in map(self.goal, begun):
            self.begun_at[goal.owner].append(self.quay.now)
            for other in map(self.goal, self.queued()):
                is_free = not other.terms.key or not self.is_held(other)
                if other.owner == goal.owner and is_free:
                    assert self.turn(goal) < self.turn(other)

    def turn(self, goal: GoalRecord) -> tuple[int, int]:
        return -goal.priority, self.arrivals.index(goal.goal_id)

    def is_held(self, goal: GoalRecord) -> bool:
        begun = map(self.goal, self.begun())
        return any((each.owner, each.terms.key) == (goal.owner, goal.terms.key) for each in begun)

    def bucket_is_empty(self, owner: str) -> bool:
        limits, refilled_at = self.quay.owner_limits, self.quay.owner(owner).refilled_at
        assert refilled_at is not None
        return refilled_at + limits.share > self.quay.now + MINUTE

    def waiting_of(self, owner: str) -> int:
        in_line = (each for each in self.places() if each.state is not PlaceState.BEGUN)
        return sum(each.owner == owner for each in in_line)

    def goal(self, goal_id: str) -> GoalRecord:
        goal = self.quay.state.get(GoalRecord, goal_id)
        assert goal is not None
        return goal

    def goals_of(self, owner: str) -> list[str]:
        return [each for each in self.arrivals if self.goal(each).owner == owner]

    def places(self) -> list[PlaceRecord]:
        found = [self.quay.place_of(each) for each in self.arrivals]
        return [place for place in found if place is not None]

    def begun(self) -> set[str]:
        return {each.goal_id for each in self.places() if each.state is PlaceState.BEGUN}

    def queued(self) -> list[str]:
        return [each for each in self.arrivals if self.quay.state_of(each) is PipelineState.QUEUED]


Port.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
test_goals_begin_as_their_owners_limits_say = Port.TestCase
