"""Whose goals they are: a few owners and keys in narrow waters, and a watch on what they may."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from planner.domain.admission import OwnerLimits
from planner.domain.placement import first_pipeline_id
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.payloads import GoalSubmission, PipelineState
from shared.contracts.terms import GoalTerms, OnFailure
from shared.contracts.vocabulary import Parameters
from tests.simulation.domains import CHECKED_GOAL, is_checked

NARROW = OwnerLimits(running_max=2, waiting_max=10, begun_per_minute_max=2)
"""So narrow that a handful of goals has to stand in line."""

DEFAULTS: Parameters = {"key": [], "quality_min": 0.0, "contract": "", "quality_weights": {}}
"""What accepting an ingestion fills in, which the checked goal type asks for."""

OWNERS = ("ada", "ada", "ada", "ada", "bob")
KEYS = ("", "flights")
DEADLINES_SECONDS = (None, None, None, 150.0)
ON_FAILURE = (OnFailure.KEEP, OnFailure.UNDO, OnFailure.UNDO)

UNDER_WAY = frozenset({PipelineState.RUNNING, PipelineState.PAUSED, PipelineState.UNDOING})


def goals_of(seed: int, count: int) -> list[GoalSubmission]:
    """Return the goals of a seed; one alone neither waits nor has a deadline."""
    chance, undoing = Random(f"goals {seed}"), Random(f"undo {seed}")
    goals = [_goal(number, chance, has_terms=count > 1) for number in range(count)]
    return [_checked(goal, undoing) for goal in goals] if is_checked(seed) else goals


def _checked(goal: GoalSubmission, chance: Random) -> GoalSubmission:
    terms = goal.terms.model_copy(update={"on_failure": chance.choice(ON_FAILURE)})
    return goal.model_copy(
        update={
            "goal_type": CHECKED_GOAL,
            "parameters": {**goal.parameters, **DEFAULTS},
            "terms": terms,
        }
    )


def _goal(number: int, chance: Random, *, has_terms: bool) -> GoalSubmission:
    goal_id, owner = f"goal-{number}", chance.choice(OWNERS)
    terms = GoalTerms(key=chance.choice(KEYS), deadline_seconds=chance.choice(DEADLINES_SECONDS))
    return GoalSubmission(
        goal_id=goal_id,
        pipeline_id=first_pipeline_id(owner, goal_id),
        goal_type="ingest_table",
        parameters={"table": "flights", "sources": ["file:///*"]},
        priority=chance.choice((3, 5, 9)),
        owner=owner,
        terms=terms if has_terms else GoalTerms(),
    )


@dataclass(slots=True)
class OwnersWatch:
    """Knows every owner's goals, and what would be too much."""

    goals: dict[str, GoalRecord] = field(default_factory=dict[str, GoalRecord])
    pipelines: dict[str, PipelineRecord] = field(default_factory=dict[str, PipelineRecord])
    queued: set[str] = field(default_factory=set[str])
    """The pipelines that were seen in line."""

    def see(self, record: GoalRecord | PipelineRecord) -> None:
        """Take note of what a commit says of a goal or a pipeline."""
        if isinstance(record, GoalRecord):
            self.goals[record.goal_id] = record
            return
        self.pipelines[record.pipeline_id] = record
        if record.state is PipelineState.QUEUED:
            self.queued.add(record.pipeline_id)

    def excess(self) -> str:
        """Return what is more than may be, or nothing."""
        begun = (
            each for each in self.pipelines.values() if each.state in UNDER_WAY and each.tasks_total
        )
        goals = [self.goals[each.goal_id] for each in begun]
        for owner, count in Counter(goal.owner for goal in goals).items():
            if count > NARROW.running_max:
                return f"{count} goals of {owner} are under way, {NARROW.running_max} may be"
        keys = Counter((goal.owner, goal.terms.key) for goal in goals if goal.terms.key)
        overlapping = [key for (_, key), count in keys.items() if count > 1]
        return f"goals with key {overlapping[0]} overlap" if overlapping else ""
