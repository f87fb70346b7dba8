"""What the planner can plan: its domains, with every goal type, task and method."""

from fastapi import APIRouter

from planner.domain.catalogue import DomainList, domain_view
from planner.domain.planning import Planning


def serve_domains(routes: APIRouter, planning: Planning) -> None:
    """Add the call that shows domains."""
    shown = DomainList(domains=(domain_view(planning.domain),))

    @routes.get("/v1/domains", tags=["domains"])
    async def list_domains() -> DomainList:
        """List the domains with their goal types, tasks and methods."""
        return shown
