"""All calls of the consensus API together."""

from fastapi import APIRouter

from consensus.api.approvals import serve_approvals
from consensus.api.proposals import serve_proposals
from consensus.api.proposing import serve_proposing
from consensus.api.tallying import serve_tallies
from consensus.api.voting import serve_voting
from shared.engine.shard import Signer
from shared.ports.ports import Ports


def router(ports: Ports, sign: Signer) -> APIRouter:
    """Return the API over what the machine stored; `sign` signs what people say."""
    proposals = APIRouter(prefix="/v1/proposals", tags=["consensus"])
    serve_proposals(proposals, ports)
    serve_proposing(proposals, ports)
    serve_tallies(proposals, ports)
    serve_voting(proposals, ports, sign)
    routes = APIRouter()
    routes.include_router(proposals)
    serve_approvals(routes, ports)
    return routes
