"""A planner with goals of several owners, for tests of who may begin and who must end."""

from dataclasses import dataclass, field

from planner.domain.admission import OwnerLimits
from planner.domain.places import OwnerRecord, PlaceRecord
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.handlers import PlannerMachine
from shared.contracts.machine import Input, Send, Timer, TimerFired
from shared.contracts.payloads import (
    Command,
    DataRequest,
    GoalCommand,
    GoalSubmission,
    PipelineState,
)
from shared.contracts.terms import GoalTerms
from shared.kernel.records import Change
from tests.unit.planner.bridge import FAULT, GOAL, Bridge, response


def submission_of(goal_id: str) -> GoalSubmission:
    """Return an acceptable goal of this id."""
    return GOAL.model_copy(
        update={"goal_id": goal_id, "pipeline_id": f"{goal_id}-1", "owner": "ada"}
    )


@dataclass
class Quay(Bridge):
    """A planner in memory whose goals are named by the test."""

    owner_limits: OwnerLimits = field(default_factory=OwnerLimits)

    def step(self, received: Input) -> None:
        planning = Planning(source_folders=("/in",), owner_limits=self.owner_limits)
        self.last = PlannerMachine(planning).step(self.state, received, self.now)
        self.state.apply(self.last.changes)
        self.sent += [effect for effect in self.last.effects if isinstance(effect, Send)]

    def submit(
        self, goal_id: str, *, owner: str = "ada", priority: int = 5, terms: GoalTerms | None = None
    ) -> PipelineState:
        """Bring a goal and return where it is now."""
        asked = {"owner": owner, "priority": priority, "terms": terms or GoalTerms()}
        self.take(submission_of(goal_id).model_copy(update=asked))
        return self.state_of(goal_id)

    def steer(self, goal_id: str, command: Command) -> PipelineState:
        """Bring a person's word on the goal and return where it is now."""
        told = GoalCommand(
            goal_id=goal_id, pipeline_id=self.pipeline_of(goal_id).key, command=command
        )
        self.take(told)
        return self.state_of(goal_id)

    def fail(self, goal_id: str) -> PipelineState:
        """Let the goal's newest task fail for good, and so the goal."""
        pipeline_id = self.pipeline_of(goal_id).key
        asked = [each for each in self.payloads(DataRequest) if each.pipeline_id == pipeline_id]
        self.take(response(asked[-1], failure=FAULT))
        return self.state_of(goal_id)

    def fire_next(self) -> bool:
        """Let the earliest timer fire if its time has come, and tell whether it had."""
        timer = next(self.state.select(Timer, "all", ""), None)
        if timer is None or timer.due > self.now:
            return False
        self.state.apply([Change(Timer.kind, timer.key, None)])
        self.step(TimerFired(timer.name, timer.due))
        return True

    def pipeline_of(self, goal_id: str) -> PipelineRecord:
        goal = self.state.get(GoalRecord, goal_id)
        assert goal is not None
        record = self.state.get(PipelineRecord, goal.pipeline_id)
        assert record is not None
        return record

    def state_of(self, goal_id: str) -> PipelineState:
        return self.pipeline_of(goal_id).state

    def states(self, *goal_ids: str) -> list[PipelineState]:
        return [self.state_of(goal_id) for goal_id in goal_ids]

    def place_of(self, goal_id: str) -> PlaceRecord | None:
        return self.state.get(PlaceRecord, self.pipeline_of(goal_id).key)

    def owner(self, name: str = "ada") -> OwnerRecord:
        record = self.state.get(OwnerRecord, name)
        assert record is not None
        return record
