"""The client of the services' HTTP APIs: typed answers, and errors that say what to do."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import JsonValue, ValidationError

from argosy.failures import CommandError, ExitCode, NotStartedError
from argosy.plan_views import PlanDiff, ReplanPreview
from argosy.views import (
    AcceptedGoal,
    AgentList,
    AgentView,
    Answer,
    GoalPage,
    GoalPreview,
    GoalView,
    ProblemView,
    ProposalList,
    ProposalView,
    SchedulePage,
    SchedulePreview,
    ScheduleView,
    Trace,
    WaitingList,
)
from shared.contracts.payloads import Command
from shared.contracts.schedules import ScheduleVerb

REQUEST_SECONDS_MAX = 10.0
"""One request; the services answer from their own store, in milliseconds."""

AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are; embedded, all three are one."""

    planner: str
    hub: str
    consensus: str

    @classmethod
    def embedded(cls, address: str) -> "Addresses":
        """Return the addresses of a cluster that is one process."""
        return cls(address, address, address)


class Client:
    """Asks the services on a person's behalf.

    Every method raises `CommandError`, when the service does not answer, does not know what was
    asked for, or refuses.
    """

    def __init__(self, http: httpx.AsyncClient, addresses: Addresses) -> None:
        self._http = http
        self._addresses = addresses

    async def submit_goal(
        self, goal: Mapping[str, JsonValue], *, idempotency_key: str = ""
    ) -> AcceptedGoal:
        """Hand a goal in; the same key always means the same goal."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        request = self._http.build_request(
            "POST", f"{self._addresses.planner}/v1/goals", json=dict(goal), headers=headers
        )
        return await self._ask("planner", request, AcceptedGoal)

    async def plan_goal(self, goal: Mapping[str, JsonValue]) -> GoalPreview:
        """Return the plan that a goal would have; nothing is begun."""
        url = f"{self._addresses.planner}/v1/goals"
        request = self._http.build_request("POST", url, json=dict(goal), params={"dry_run": "true"})
        return await self._ask("planner", request, GoalPreview)

    async def tell_goal(self, goal_id: str, command: Command) -> AcceptedGoal:
        """Cancel, pause, resume or retry a goal; repeating it does no harm."""
        url = f"{self._goal_url(goal_id)}/{command}"
        return await self._ask("planner", self._http.build_request("POST", url), AcceptedGoal)

    async def retry_goal(self, goal_id: str, from_task: str = "") -> AcceptedGoal:
        """Try a goal again, perhaps with a task that is done again with all below it."""
        url = f"{self._goal_url(goal_id)}/{Command.RETRY}"
        asked = {"from_task": from_task} if from_task else {}
        request = self._http.build_request("POST", url, params=asked)
        return await self._ask("planner", request, AcceptedGoal)

    async def replan_goal(self, goal_id: str, changes: Mapping[str, JsonValue]) -> AcceptedGoal:
        """Let a goal ask for something else; repeating it does no harm."""
        url = f"{self._goal_url(goal_id)}/{Command.REPLAN}"
        request = self._http.build_request("POST", url, json=dict(changes))
        return await self._ask("planner", request, AcceptedGoal)

    async def preview_replan(self, goal_id: str, changes: Mapping[str, JsonValue]) -> ReplanPreview:
        """Return what a replan would keep and do anew; nothing is begun."""
        url = f"{self._goal_url(goal_id)}/{Command.REPLAN}"
        dry_run = {"dry_run": "true"}
        request = self._http.build_request("POST", url, json=dict(changes), params=dry_run)
        return await self._ask("planner", request, ReplanPreview)

    async def plan(
        self, goal_id: str, asked: Mapping[str, str], shape: type[AnyAnswer]
    ) -> AnyAnswer:
        """Return a goal's plan, or a part of it, in a shape."""
        return await self._get("planner", f"{self._goal_url(goal_id)}/plan", shape, asked)

    async def plan_diff(self, goal_id: str, first: str, last: str) -> PlanDiff:
        """Return what is different between two versions of a plan, or two runs of a goal."""
        asked = {"from": first, **({"to": last} if last else {})}
        return await self._get("planner", f"{self._goal_url(goal_id)}/diff", PlanDiff, asked)

    async def goals(self, *, page_token: str = "") -> GoalPage:
        """Return a page of goals, the newest first."""
        parameters = {"page_token": page_token} if page_token else {}
        return await self._get(
            "planner", f"{self._addresses.planner}/v1/goals", GoalPage, parameters
        )

    async def goal(self, goal_id: str) -> GoalView:
        """Return a goal with its plan."""
        return await self._get("planner", self._goal_url(goal_id), GoalView)

    async def create_schedule(
        self, schedule: Mapping[str, JsonValue], *, replaces: bool
    ) -> ScheduleView:
        """Let a goal begin by itself, perhaps in the place of another schedule of this name."""
        request = self._http.build_request(
            "POST",
            f"{self._addresses.planner}/v1/schedules",
            json=dict(schedule),
            params={"replace": "true"} if replaces else {},
        )
        return await self._ask("planner", request, ScheduleView)

    async def preview_schedule(self, schedule: Mapping[str, JsonValue]) -> SchedulePreview:
        """Return what a schedule would do; nothing is stored."""
        url = f"{self._addresses.planner}/v1/schedules"
        dry_run = {"dry_run": "true"}
        request = self._http.build_request("POST", url, json=dict(schedule), params=dry_run)
        return await self._ask("planner", request, SchedulePreview)

    async def schedules(self, *, owner: str = "", page_token: str = "") -> SchedulePage:
        """Return a page of schedules, the newest first."""
        asked = {"owner": owner, "page_token": page_token}
        given = {name: text for name, text in asked.items() if text}
        url = f"{self._addresses.planner}/v1/schedules"
        return await self._get("planner", url, SchedulePage, given)

    async def schedule(self, schedule_id: str) -> ScheduleView:
        """Return a schedule with its next instants."""
        return await self._get("planner", self._schedule_url(schedule_id), ScheduleView)

    async def tell_schedule(self, schedule_id: str, verb: ScheduleVerb) -> ScheduleView:
        """Pause or resume a schedule; repeating it does no harm."""
        url = f"{self._schedule_url(schedule_id)}/{verb}"
        return await self._ask("planner", self._http.build_request("POST", url), ScheduleView)

    async def run_schedule(self, schedule_id: str, *, idempotency_key: str = "") -> AcceptedGoal:
        """Begin a schedule's goal now; the same key always means the same goal."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        url = f"{self._schedule_url(schedule_id)}/run"
        request = self._http.build_request("POST", url, headers=headers)
        return await self._ask("planner", request, AcceptedGoal)

    async def delete_schedule(self, schedule_id: str) -> None:
        """Let a schedule begin nothing any more."""
        url = self._schedule_url(schedule_id)
        await self._send("planner", self._http.build_request("DELETE", url))

    async def agents(self) -> AgentList:
        """Return the fleet."""
        return await self._get("hub", f"{self._addresses.hub}/v1/agents", AgentList)

    async def waiting(self, pipeline_id: str) -> WaitingList:
        """Return why tasks of a pipeline that were handed out are with no agent."""
        url = f"{self._addresses.hub}/v1/pipelines/{quote(pipeline_id, safe='')}/waiting"
        return await self._get("hub", url, WaitingList)

    async def trace(self, task_id: str) -> Trace:
        """Return the ReAct steps that were taken for a task."""
        url = f"{self._addresses.hub}/v1/tasks/{quote(task_id, safe='')}/trace"
        return await self._get("hub", url, Trace)

    async def proposals(self, pipeline_id: str) -> tuple[ProposalView, ...]:
        """Return what was put to the vote in a pipeline, with the votes so far."""
        url = f"{self._addresses.consensus}/v1/proposals"
        listed = await self._get("consensus", url, ProposalList, {"pipeline_id": pipeline_id})
        return tuple(
            [
                await self._get("consensus", f"{url}/{proposal.proposal_id}", ProposalView)
                for proposal in listed.proposals
            ]
        )

    async def votes(
        self, path: str, shape: type[AnyAnswer], asked: Mapping[str, str] | None = None
    ) -> AnyAnswer:
        """Return what consensus says at a path below /v1, such as proposals/ID/tally."""
        return await self._get("consensus", f"{self._addresses.consensus}/v1/{path}", shape, asked)

    async def tell_votes(
        self,
        path: str,
        said: Mapping[str, JsonValue],
        shape: type[AnyAnswer],
        *,
        idempotency_key: str = "",
    ) -> AnyAnswer:
        """Tell consensus something; the same again does no harm."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        url = f"{self._addresses.consensus}/v1/{path}"
        request = self._http.build_request("POST", url, json=dict(said), headers=headers)
        return await self._ask("consensus", request, shape)

    async def agent(self, agent_id: str) -> AgentView:
        """Return one agent."""
        url = f"{self._addresses.hub}/v1/agents/{quote(agent_id, safe='')}"
        return await self._get("hub", url, AgentView)

    async def _get(
        self,
        service: str,
        url: str,
        answer: type[AnyAnswer],
        parameters: Mapping[str, str] | None = None,
    ) -> AnyAnswer:
        request = self._http.build_request("GET", url, params=parameters)
        return await self._ask(service, request, answer)

    async def _ask(
        self, service: str, request: httpx.Request, answer: type[AnyAnswer]
    ) -> AnyAnswer:
        response = await self._send(service, request)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            said = "what answers there does not speak like Argosy"
            raise _unreachable(service, request.url, said) from error

    async def _send(self, service: str, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._http.send(request)
        except httpx.ConnectError as error:
            raise _unreachable(service, request.url, str(error), NotStartedError) from error
        except httpx.HTTPError as error:
            raise _unreachable(service, request.url, str(error) or type(error).__name__) from error
        if response.is_error:
            raise _refused(service, response)
        return response

    def _goal_url(self, goal_id: str) -> str:
        return f"{self._addresses.planner}/v1/goals/{quote(goal_id, safe='')}"

    def _schedule_url(self, schedule_id: str) -> str:
        return f"{self._addresses.planner}/v1/schedules/{quote(schedule_id, safe='')}"


@asynccontextmanager
async def connect(addresses: Addresses) -> AsyncGenerator[Client]:
    """Return a client that lasts as long as the context."""
    async with httpx.AsyncClient(timeout=REQUEST_SECONDS_MAX) as http:
        yield Client(http, addresses)


def _unreachable(
    service: str, url: httpx.URL, why: str, kind: type[CommandError] = CommandError
) -> CommandError:
    address = str(url.copy_with(path="/", query=None))
    return kind(
        f"The {service} at {address} does not answer: {why}.",
        remedy=f"Start a cluster with `argosy up`, or say where the {service} is: "
        f"--{service}-url URL or ARGOSY_{service.upper()}_URL.",
        exit_code=ExitCode.UNREACHABLE,
    )


def _refused(service: str, response: httpx.Response) -> CommandError:
    try:
        problem = ProblemView.model_validate_json(response.content)
    except ValidationError:
        said = f"it said {response.status_code} {response.reason_phrase}"
        return _unreachable(service, response.url, said)
    if response.status_code == HTTPStatus.NOT_FOUND:
        exit_code = ExitCode.NOT_FOUND
    elif response.is_server_error:
        exit_code = ExitCode.UNREACHABLE
    else:
        exit_code = ExitCode.REFUSED
    kind = NotStartedError if problem.code == "starting" else CommandError
    return kind(problem.detail, remedy=problem.remedy, exit_code=exit_code)
