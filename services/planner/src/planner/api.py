"""The planner's HTTP API: goals come in here, and their plans can be read.

A goal that is accepted is on the bus before the answer goes out; what is read was stored by the
machine. So the API holds nothing that a crash could lose.
"""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.domain.goals import GoalRefusedError, accepted_parameters
from planner.domain.planning import PLANNER_ID
from planner.domain.records import ChoiceRecord, GoalRecord, PipelineRecord, TaskRecord
from planner.domain.views import (
    GoalList,
    GoalSummary,
    GoalView,
    PlanView,
    decompositions,
    planned,
    summary_of,
)
from shared.contracts.machine import Send
from shared.contracts.payloads import GoalSubmission, PipelineState
from shared.contracts.topics import PLANNER
from shared.contracts.vocabulary import Parameters
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.kernel.ids import derive_id
from shared.kernel.records import Record
from shared.ports import store
from shared.ports.ports import Ports

PAGE_SIZE_MAX = 100
"""Goals in one page: each is two reads of the store."""

LOOK_SECONDS = 0.02
"""Between two looks whether a submitted goal can be read; usually the second one sees it."""

LOOKS_MAX = 100
"""Two seconds of looks; then the answer goes out, for the goal is durable anyway."""

OWNER_CHARACTERS_MAX = 128
KEY_CHARACTERS_MAX = 255

AnyRecord = TypeVar("AnyRecord", bound=Record)

PageSize = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARACTERS_MAX,
        description="Repeat a request with the same key as often as you like: one goal.",
    ),
]


class GoalRequest(BaseModel):
    """What a person wants."""

    model_config = ConfigDict(extra="forbid", strict=True)

    goal_type: str = Field(description="Such as `ingest_table`.")
    parameters: Parameters = Field(description="What the goal type asks for.")
    priority: int = Field(default=5, ge=0, le=9, description="9 goes before everything else.")
    owner: str = Field(default="anonymous", min_length=1, max_length=OWNER_CHARACTERS_MAX)


class GoalLinks(BaseModel):
    """Where to look next."""

    goal: str
    plan: str


class GoalAccepted(BaseModel):
    """The answer to a goal: it is durable, and will be carried out."""

    goal_id: str
    pipeline_id: str
    status: PipelineState
    links: GoalLinks


def router(ports: Ports, source_folders: Sequence[str]) -> APIRouter:
    """Return the API over what the planner's machine stored."""
    routes = APIRouter(prefix="/v1/goals", tags=["goals"])
    _serve_submission(routes, ports, source_folders)
    _serve_goals(routes, ports.store)
    return routes


def _serve_submission(routes: APIRouter, ports: Ports, source_folders: Sequence[str]) -> None:
    @routes.post(
        "", status_code=202, responses={200: {"model": GoalAccepted, "description": "Known goal"}}
    )
    async def submit_goal(
        request: GoalRequest, response: Response, idempotency_key: IdempotencyKey = None
    ) -> GoalAccepted:
        """Take a goal on; the answer comes when it is durable."""
        submission = _submission_of(request, idempotency_key, source_folders)
        goal = await _find(ports.store, GoalRecord, submission.goal_id)
        if goal is not None:
            response.status_code = 200
        else:
            await _post(ports, submission)
            goal = await _visible(ports.store, submission.goal_id)
        if goal is not None and _asked(goal) != _asked(submission):
            raise _key_reused(goal)
        accepted = await _accepted(ports.store, submission)
        response.headers["Location"] = accepted.links.goal
        return accepted


def _serve_goals(routes: APIRouter, source: store.Store) -> None:
    @routes.get("")
    async def list_goals(page_size: PageSize = 50, page_token: str = "") -> GoalList:
        """List goals, the newest first."""
        asked = store.Query(
            PLANNER_ID, GoalRecord.kind, newest_first=True, limit=page_size, token=page_token
        )
        page = await source.select(asked)
        goals = [GoalRecord.model_validate_json(body) for body in page.bodies]
        summaries = [await _summary(source, goal) for goal in goals]
        return GoalList(goals=tuple(summaries), next_page_token=page.next_token)

    @routes.get("/{goal_id}")
    async def show_goal(goal_id: str) -> GoalView:
        """Show a goal with its plan and how far it has come."""
        goal = await _known_goal(source, goal_id)
        summary = await _summary(source, goal)
        tasks = await _all_under(source, TaskRecord, goal.pipeline_id)
        return GoalView(**dict(summary), plan=planned(tasks))

    @routes.get("/{goal_id}/plan")
    async def explain_plan(goal_id: str) -> PlanView:
        """Show a goal's plan with the methods chosen, those rejected, and why."""
        goal = await _known_goal(source, goal_id)
        pipeline = await _pipeline(source, goal)
        tasks = await _all_under(source, TaskRecord, goal.pipeline_id)
        choices = await _all_under(source, ChoiceRecord, goal.pipeline_id)
        return PlanView(
            goal_id=goal.goal_id,
            pipeline_id=goal.pipeline_id,
            plan_hash=pipeline.plan_hash,
            tasks=planned(tasks),
            decompositions=decompositions(choices),
        )


def _submission_of(
    request: GoalRequest, idempotency_key: str | None, source_folders: Sequence[str]
) -> GoalSubmission:
    try:
        parameters = accepted_parameters(request.goal_type, request.parameters, source_folders)
    except GoalRefusedError as error:
        failure = error.failure
        raise Problem(
            422,
            code=failure.code,
            title="The goal cannot be accepted as it is",
            detail=failure.detail,
            remedy=failure.remedy,
        ) from error
    goal_id = derive_id("goal", idempotency_key or secrets.token_hex(16))
    return GoalSubmission(
        goal_id=goal_id,
        pipeline_id=derive_id("pipeline", goal_id),
        goal_type=request.goal_type,
        parameters=parameters,
        priority=request.priority,
        owner=request.owner,
    )


async def _post(ports: Ports, submission: GoalSubmission) -> None:
    pipeline_id = submission.pipeline_id
    send = Send(PLANNER, submission, PLANNER_ID, pipeline_id, key=pipeline_id)
    await post(ports, send, sender_id=PLANNER_ID, cause=submission.goal_id)


async def _visible(source: store.Store, goal_id: str) -> GoalRecord | None:
    for _ in range(LOOKS_MAX):
        goal = await _find(source, GoalRecord, goal_id)
        if goal is not None:
            return goal
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def _accepted(source: store.Store, submission: GoalSubmission) -> GoalAccepted:
    pipeline = await _find(source, PipelineRecord, submission.pipeline_id)
    goal = f"/v1/goals/{submission.goal_id}"
    return GoalAccepted(
        goal_id=submission.goal_id,
        pipeline_id=submission.pipeline_id,
        status=PipelineState.RUNNING if pipeline is None else pipeline.state,
        links=GoalLinks(goal=goal, plan=f"{goal}/plan"),
    )


def _asked(goal: GoalRecord | GoalSubmission) -> tuple[str, Parameters, int, str]:
    return goal.goal_type, goal.parameters, goal.priority, goal.owner


async def _known_goal(source: store.Store, goal_id: str) -> GoalRecord:
    goal = await _find(source, GoalRecord, goal_id)
    if goal is None:
        raise Problem(
            404,
            code="goal_unknown",
            title="There is no such goal",
            detail=f"the planner knows no goal {goal_id!r}",
            remedy="GET /v1/goals shows what there is; one submitted just now takes a moment.",
        )
    return goal


async def _pipeline(source: store.Store, goal: GoalRecord) -> PipelineRecord:
    pipeline = await _find(source, PipelineRecord, goal.pipeline_id)
    assert pipeline is not None, f"goal {goal.goal_id} was stored with its pipeline"
    return pipeline


async def _summary(source: store.Store, goal: GoalRecord) -> GoalSummary:
    return summary_of(goal, await _pipeline(source, goal))


async def _find(source: store.Store, kind: type[AnyRecord], key: str) -> AnyRecord | None:
    body = await source.get(PLANNER_ID, kind.kind, key)
    return None if body is None else kind.model_validate_json(body)


async def _all_under(
    source: store.Store, kind: type[AnyRecord], pipeline_id: str
) -> list[AnyRecord]:
    found: list[AnyRecord] = []
    token = ""
    while True:
        page = await source.select(
            store.Query(
                PLANNER_ID, kind.kind, parent=pipeline_id, limit=store.PAGE_SIZE_MAX, token=token
            )
        )
        found += [kind.model_validate_json(body) for body in page.bodies]
        token = page.next_token
        if not token:
            return found


def _key_reused(goal: GoalRecord) -> Problem:
    return Problem(
        422,
        code="idempotency_key_reused",
        title="This Idempotency-Key was used for another goal",
        detail=f"the key belongs to goal {goal.goal_id}, which asks for something else",
        remedy="Repeat the first request unchanged, or use a new key for a new goal.",
    )
