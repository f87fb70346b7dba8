"""A goal is asked for something else; on a dry run only what that would keep and cost is told."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.api.reading import all_under, known_goal, pipeline_of
from planner.api.steering import check_command, tell
from planner.api.submission import GoalAccepted, accepted_as, refused
from planner.api.waiting import check_line
from planner.domain.findings import ArtifactRecord, FactRecord
from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.replan_previews import ReplanPreview, preview_replan
from planner.domain.replanning import merged_parameters, merged_terms, replanned
from shared.contracts.payloads import Command, GoalCommand
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import Parameters
from shared.engine.http import Problem
from shared.ports import store
from shared.ports.ports import Ports


class ReplanRequest(BaseModel):
    """What is to change."""

    model_config = ConfigDict(extra="forbid", strict=True)

    parameters: Parameters = Field(
        default_factory=dict,
        description="Those that change; the others stay. Null takes one away, "
        "so that its default holds.",
    )
    terms: GoalTerms = Field(default=GoalTerms(), description="Those that change; the others stay.")


ReplanDryRun = Annotated[
    bool, Query(description="Only tell what would be kept and what be done anew.")
]


def serve_replanning(routes: APIRouter, ports: Ports, planning: Planning) -> None:
    """Add the call that changes what a goal asks for."""

    @routes.post(
        "/{goal_id}/replan",
        status_code=202,
        responses={200: {"model": ReplanPreview, "description": "What it would come to"}},
    )
    async def replan_goal(
        goal_id: str, request: ReplanRequest, response: Response, *, dry_run: ReplanDryRun = False
    ) -> GoalAccepted | ReplanPreview:
        """Let a goal ask for something else: its next pipeline takes over what still counts.

        An open pipeline is ended and not undone; a queued goal stays in line. What changes nothing
        leaves all as it is.
        """
        goal = await known_goal(ports.store, goal_id)
        pipeline = await pipeline_of(ports.store, goal)
        command = _command_of(goal, request)
        wanted = _wanted(goal, command, planning)
        if dry_run:
            response.status_code = 200
            stored = await _stored(ports.store, goal, pipeline)
            return preview_replan(planning, stored, command, ports.clock.now())
        if wanted != goal:
            check_command(Command.REPLAN, pipeline)
            await check_line(ports.store, goal.owner, planning.owner_limits)
            pipeline = await tell(ports, command, pipeline)
            await _check_moved(ports.store, wanted, pipeline)
        return accepted_as(goal_id, pipeline.key, pipeline.state)


def _command_of(goal: GoalRecord, request: ReplanRequest) -> GoalCommand:
    return GoalCommand(
        goal_id=goal.goal_id,
        pipeline_id=goal.pipeline_id,
        command=Command.REPLAN,
        parameters=merged_parameters(goal.parameters, request.parameters),
        terms=merged_terms(goal.terms, request.terms),
    )


def _wanted(goal: GoalRecord, command: GoalCommand, planning: Planning) -> GoalRecord:
    try:
        return replanned(goal, command, planning)
    except GoalRefusedError as error:
        raise refused(error) from error


async def _check_moved(source: store.Store, wanted: GoalRecord, pipeline: PipelineRecord) -> None:
    goal = await known_goal(source, wanted.goal_id)
    is_as_wanted = (goal.parameters, goal.terms) == (wanted.parameters, wanted.terms)
    if not is_as_wanted and goal.pipeline_id != wanted.pipeline_id:
        raise Problem(
            409,
            code="goal_changed",
            title="Somebody else was faster",
            detail=f"goal {goal.goal_id} has meanwhile begun run {pipeline.run}, "
            "which asks for something else",
            remedy="look at the goal, and replan it as it is now",
        )


async def _stored(
    source: store.Store, goal: GoalRecord, pipeline: PipelineRecord
) -> list[GoalRecord | PipelineRecord | TaskRecord | FactRecord | ArtifactRecord]:
    """Return the goal with its newest pipeline that has begun, and all that belongs to that."""
    begun = pipeline.key if pipeline.tasks_total else pipeline.retry_of or pipeline.key
    return [
        goal,
        pipeline,
        *await all_under(source, TaskRecord, begun),
        *await all_under(source, FactRecord, begun),
        *await all_under(source, ArtifactRecord, begun),
    ]
