"""Schedules come in and can be read: checked at once, durable before the answer."""

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.api.reading import LOOK_SECONDS, LOOKS_MAX, find
from planner.api.submission import KEY_CHARACTERS_MAX, OWNER_CHARACTERS_MAX
from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.schedules.accepting import SCHEDULES_MAX, accepted_schedule
from planner.domain.schedules.records import ScheduleRecord, schedule_id_of
from planner.domain.schedules.views import (
    ScheduleDetails,
    ScheduleList,
    SchedulePreview,
    schedule_details,
    schedule_preview,
    schedule_view,
)
from shared.contracts.machine import Send
from shared.contracts.schedules import (
    CatchUp,
    Cause,
    GoalTemplate,
    Overlap,
    Schedule,
    ScheduleSubmission,
)
from shared.contracts.topics import PLANNER
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.kernel.ids import derive_id
from shared.ports import store
from shared.ports.ports import Ports

PAGE_SIZE_MAX = 100

PageSize = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)]
OwnerFilter = Annotated[str | None, Query(description="Only those of this owner.")]
Replaces = Annotated[
    bool, Query(alias="replace", description="Take the place of the schedule of this name.")
]
DryRun = Annotated[
    bool, Query(description="Only check it and show when goals would begin; nothing is stored.")
]
ScheduleKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARACTERS_MAX,
        description="A request with the same key is carried out once, so that a schedule "
        "deleted in between stays deleted.",
    ),
]


class ScheduleRequest(BaseModel):
    """A goal that is to begin by itself."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Unique for each owner: small letters, digits, _ and -.")
    owner: str = Field(default="anonymous", min_length=1, max_length=OWNER_CHARACTERS_MAX)
    goal: GoalTemplate = Field(description="The goal that begins, the same each time.")
    cause: Cause = Field(description="When it begins.")
    overlap: Overlap = Field(
        default=Overlap.SKIP, description="What happens while the last goal has not ended."
    )
    catch_up: CatchUp = Field(
        default=CatchUp.LAST,
        description="Which instants are made up for that passed during an outage or a pause.",
    )


def serve_schedules(routes: APIRouter, ports: Ports, planning: Planning) -> None:
    """Add the call that takes schedules."""

    @routes.post(
        "",
        status_code=201,
        responses={
            200: {"model": ScheduleDetails | SchedulePreview, "description": "Known, or checked"},
            202: {"model": ScheduleDetails, "description": "Durable, not carried out yet"},
        },
    )
    async def create_schedule(
        request: ScheduleRequest,
        response: Response,
        *,
        dry_run: DryRun = False,
        replaces: Replaces = False,
        idempotency_key: ScheduleKey = None,
    ) -> ScheduleDetails | SchedulePreview:
        """Let a goal begin by itself, at certain times or when a source has changed."""
        schedule = _accepted(request, planning)
        if dry_run:
            response.status_code = 200
            return schedule_preview(schedule, ports.clock.now())
        record = await find(ports.store, ScheduleRecord, schedule.schedule_id)
        if record is not None and record.schedule == schedule:
            response.status_code = 200
        else:
            await _check_free(ports.store, schedule, record, replaces=replaces)
            await _post(ports, schedule, idempotency_key, replaces=replaces)
            record = await _visible(ports.store, schedule)
            await _check_free(ports.store, schedule, record, replaces=replaces)
        if record is None:
            response.status_code = 202
            record = ScheduleRecord(schedule=schedule, created_at=ports.clock.now())
        response.headers["Location"] = f"/v1/schedules/{record.key}"
        return schedule_details(record, ports.clock.now())


def serve_schedule_views(routes: APIRouter, ports: Ports) -> None:
    """Add the calls that show schedules."""

    @routes.get("")
    async def list_schedules(
        page_size: PageSize = 50, page_token: str = "", owner: OwnerFilter = None
    ) -> ScheduleList:
        """List schedules, the newest first."""
        asked = store.Query(
            PLANNER_ID,
            ScheduleRecord.kind,
            parent=owner,
            newest_first=True,
            limit=page_size,
            token=page_token,
        )
        page = await ports.store.select(asked)
        found = map(ScheduleRecord.model_validate_json, page.bodies)
        return ScheduleList(
            schedules=tuple(map(schedule_view, found)), next_page_token=page.next_token
        )

    @routes.get("/{schedule_id}")
    async def show_schedule(schedule_id: str) -> ScheduleDetails:
        """Show a schedule with what it saw, what it began, and its next instants."""
        record = await known_schedule(ports.store, schedule_id)
        return schedule_details(record, ports.clock.now())


async def known_schedule(source: store.Store, schedule_id: str) -> ScheduleRecord:
    """Return the schedule.

    Raises:
        Problem: there is no such schedule.
    """
    record = await find(source, ScheduleRecord, schedule_id)
    if record is None:
        raise Problem(
            404,
            code="schedule_unknown",
            title="There is no such schedule",
            detail=f"the planner knows no schedule {schedule_id!r}",
            remedy="GET /v1/schedules shows what there is; one created just now takes a moment.",
        )
    return record


def _accepted(request: ScheduleRequest, planning: Planning) -> Schedule:
    schedule_id = schedule_id_of(request.owner, request.name)
    schedule = Schedule(schedule_id=schedule_id, **dict(request))
    try:
        return accepted_schedule(planning, schedule)
    except GoalRefusedError as error:
        failure = error.failure
        raise Problem(
            422,
            code=failure.code,
            title="The schedule cannot be accepted as it is",
            detail=failure.detail,
            remedy=failure.remedy,
        ) from error


async def _post(ports: Ports, schedule: Schedule, key: str | None, *, replaces: bool) -> None:
    submission = ScheduleSubmission(schedule=schedule, is_replacement=replaces)
    send = Send(PLANNER, submission, PLANNER_ID, schedule.schedule_id, key=schedule.owner)
    named = key or secrets.token_hex(16)
    cause = derive_id("schedule submission", schedule.schedule_id, named)
    await post(ports, send, sender_id=PLANNER_ID, cause=cause)


async def _visible(source: store.Store, schedule: Schedule) -> ScheduleRecord | None:
    """Return the schedule once the machine has taken it, or what is there after a while."""
    record = None
    for _ in range(LOOKS_MAX):
        record = await find(source, ScheduleRecord, schedule.schedule_id)
        if record is not None and record.schedule == schedule:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return record


async def _check_free(
    source: store.Store, schedule: Schedule, record: ScheduleRecord | None, *, replaces: bool
) -> None:
    if record is None:
        await _check_room(source, schedule.owner)
    elif record.schedule != schedule and not replaces:
        raise Problem(
            409,
            code="schedule_exists",
            title="There is another schedule of this name",
            detail=f"owner {schedule.owner} has a schedule {schedule.name!r} that says otherwise, "
            f"{record.key}",
            remedy="Choose another name, or replace it with ?replace=true.",
        )


async def _check_room(source: store.Store, owner: str) -> None:
    asked = store.Query(PLANNER_ID, ScheduleRecord.kind, parent=owner, limit=SCHEDULES_MAX)
    page = await source.select(asked)
    if len(page.bodies) >= SCHEDULES_MAX:
        raise Problem(
            409,
            code="schedule_limit",
            title="This owner has too many schedules",
            detail=f"owner {owner} has {SCHEDULES_MAX} schedules; no owner has more",
            remedy="Delete those that are not wanted any more.",
        )
