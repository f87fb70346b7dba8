"""All calls of the planner's API together."""

from fastapi import APIRouter

from planner.api.domains import serve_domains
from planner.api.goals import serve_explanations, serve_goals, serve_plans
from planner.api.replanning import serve_replanning
from planner.api.schedule_steering import serve_schedule_runs, serve_schedule_steering
from planner.api.schedules import serve_schedule_views, serve_schedules
from planner.api.steering import serve_steering
from planner.api.submission import serve_submission
from planner.domain.planning import Planning
from shared.ports.ports import Ports


def router(ports: Ports, planning: Planning) -> APIRouter:
    """Return the API over what the planner's machine stores, and plans with."""
    goals = APIRouter(prefix="/v1/goals", tags=["goals"])
    serve_submission(goals, ports, planning)
    serve_goals(goals, ports.store, planning)
    serve_plans(goals, ports.store)
    serve_explanations(goals, ports.store, planning)
    serve_steering(goals, ports, planning)
    serve_replanning(goals, ports, planning)
    schedules = APIRouter(prefix="/v1/schedules", tags=["schedules"])
    serve_schedules(schedules, ports, planning)
    serve_schedule_views(schedules, ports)
    serve_schedule_steering(schedules, ports)
    serve_schedule_runs(schedules, ports)
    routes = APIRouter()
    routes.include_router(goals)
    routes.include_router(schedules)
    serve_domains(routes, planning)
    return routes
