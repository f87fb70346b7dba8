"""Goals come in: checked at once, durable before the answer, or only planned on a dry run."""

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.api.reading import LOOK_SECONDS, LOOKS_MAX, all_under, find
from planner.api.waiting import check_line
from planner.domain.durations import DurationRecord
from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.placement import first_pipeline_id
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.previews import Assumptions, GoalPreview, preview
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.machine import Send
from shared.contracts.payloads import GoalSubmission, PipelineState
from shared.contracts.terms import GoalTerms
from shared.contracts.topics import PLANNER
from shared.contracts.vocabulary import Parameters
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.kernel.ids import derive_id
from shared.ports import store
from shared.ports.ports import Ports

OWNER_CHARACTERS_MAX = 128
KEY_CHARACTERS_MAX = 255

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARACTERS_MAX,
        description="Repeat an owner's request with the same key as often as you like: one goal.",
    ),
]
DryRun = Annotated[bool, Query(description="Only show the plan; nothing is stored or begun.")]


class GoalRequest(BaseModel):
    """What a person wants."""

    model_config = ConfigDict(extra="forbid", strict=True)

    goal_type: str = Field(description="Such as `ingest_table`.")
    parameters: Parameters = Field(description="What the goal type asks for.")
    priority: int = Field(default=5, ge=0, le=9, description="9 goes before everything else.")
    owner: str = Field(default="anonymous", min_length=1, max_length=OWNER_CHARACTERS_MAX)
    terms: GoalTerms = Field(
        default=GoalTerms(), description="When it may begin, what it may spend, when it must end."
    )
    assume: Parameters = Field(
        default_factory=dict,
        description="For a dry run: facts by name, as work might bring them, "
        "such as `partitions`; the plan is shown as it would be with them.",
    )


class GoalLinks(BaseModel):
    """Where to look next."""

    goal: str
    plan: str
    tasks: str


class GoalAccepted(BaseModel):
    """The answer to a goal or a command: it is durable, and will be carried out."""

    goal_id: str
    pipeline_id: str
    status: PipelineState
    links: GoalLinks


def serve_submission(routes: APIRouter, ports: Ports, planning: Planning) -> None:
    """Add the call that takes goals."""

    @routes.post(
        "",
        status_code=202,
        responses={200: {"model": GoalAccepted | GoalPreview, "description": "Known, or planned"}},
    )
    async def submit_goal(
        request: GoalRequest,
        response: Response,
        *,
        dry_run: DryRun = False,
        idempotency_key: IdempotencyKey = None,
    ) -> GoalAccepted | GoalPreview:
        """Take a goal on; the answer comes when it is durable. A dry run only plans it."""
        submission = _submission_of(request, idempotency_key, planning)
        if dry_run:
            response.status_code = 200
            durations = await all_under(ports.store, DurationRecord, "")
            return _preview(ports, planning, submission, Assumptions(request.assume, durations))
        _check_nothing_assumed(request)
        goal = await find(ports.store, GoalRecord, submission.goal_id)
        if goal is not None:
            response.status_code = 200
        else:
            await check_line(ports.store, submission.owner, planning.owner_limits)
            await _post(ports, submission)
            goal = await _visible(ports.store, submission.goal_id)
        if goal is not None and _asked(goal) != _asked(submission):
            raise _key_reused(goal)
        accepted = await _accepted(ports.store, submission if goal is None else goal)
        response.headers["Location"] = accepted.links.goal
        return accepted


def accepted_as(goal_id: str, pipeline_id: str, status: PipelineState) -> GoalAccepted:
    """Return the answer with the places where to look."""
    goal = f"/v1/goals/{goal_id}"
    links = GoalLinks(goal=goal, plan=f"{goal}/plan", tasks=f"{goal}/tasks")
    return GoalAccepted(goal_id=goal_id, pipeline_id=pipeline_id, status=status, links=links)


def refused(error: GoalRefusedError) -> Problem:
    """Return the answer to a goal that is not acceptable."""
    failure = error.failure
    return Problem(
        422,
        code=failure.code,
        title="The goal cannot be accepted as it is",
        detail=failure.detail,
        remedy=failure.remedy,
    )


def _submission_of(
    request: GoalRequest, idempotency_key: str | None, planning: Planning
) -> GoalSubmission:
    try:
        parameters = accepted_parameters(planning, request.goal_type, request.parameters)
    except GoalRefusedError as error:
        raise refused(error) from error
    goal_id = derive_id("goal", request.owner, idempotency_key or secrets.token_hex(16))
    return GoalSubmission(
        goal_id=goal_id,
        pipeline_id=first_pipeline_id(request.owner, goal_id),
        goal_type=request.goal_type,
        parameters=parameters,
        priority=request.priority,
        owner=request.owner,
        terms=request.terms,
    )


def _check_nothing_assumed(request: GoalRequest) -> None:
    if request.assume:
        raise Problem(
            422,
            code="assumed_for_real",
            title="Facts cannot be assumed for a goal that is carried out",
            detail=f"assume names {', '.join(request.assume)}",
            remedy="add ?dry_run=true to see the plan, or leave assume out",
        )


def _preview(
    ports: Ports, planning: Planning, submission: GoalSubmission, assumed: Assumptions
) -> GoalPreview:
    try:
        return preview(planning, submission, ports.clock.now(), assumed)
    except GoalRefusedError as error:
        raise refused(error) from error


async def _post(ports: Ports, submission: GoalSubmission) -> None:
    pipeline_id = submission.pipeline_id
    send = Send(PLANNER, submission, PLANNER_ID, pipeline_id, key=pipeline_id)
    await post(ports, send, sender_id=PLANNER_ID, cause=submission.goal_id)


async def _visible(source: store.Store, goal_id: str) -> GoalRecord | None:
    for _ in range(LOOKS_MAX):
        goal = await find(source, GoalRecord, goal_id)
        if goal is not None:
            return goal
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def _accepted(source: store.Store, goal: GoalRecord | GoalSubmission) -> GoalAccepted:
    pipeline = await find(source, PipelineRecord, goal.pipeline_id)
    status = PipelineState.RUNNING if pipeline is None else pipeline.state
    return accepted_as(goal.goal_id, goal.pipeline_id, status)


def _asked(goal: GoalRecord | GoalSubmission) -> tuple[object, ...]:
    return goal.goal_type, goal.parameters, goal.priority, goal.owner, goal.terms


def _key_reused(goal: GoalRecord) -> Problem:
    return Problem(
        422,
        code="idempotency_key_reused",
        title="This Idempotency-Key was used for another goal",
        detail=f"the key belongs to goal {goal.goal_id}, which asks for something else",
        remedy="Repeat the first request unchanged, or use a new key for a new goal.",
    )
