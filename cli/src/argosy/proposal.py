"""`argosy proposal`: put something to the vote, see who said what and why, vote for a role."""

from typing import Annotated
from urllib.parse import quote

import typer
from pydantic import JsonValue

from argosy.failures import CommandError, ExitCode
from argosy.options import EMBEDDED_URL, AsJson, ConsensusUrl, addresses, ask
from argosy.printing import answers, print_json, print_text, remarks
from argosy.proposal_printing import proposal_page, proposals_table, tally_page
from argosy.proposal_proofs import ProposalId, export, verify
from argosy.proposal_views import (
    AcceptedProposal,
    AcceptedVote,
    ProposalPage,
    ProposalPicture,
    TallyPicture,
)
from shared.contracts.electorates import VotingRule, Weighting
from shared.contracts.voting import VoteChoice

commands = typer.Typer(
    no_args_is_help=True, help="Put something to the vote, see who said what, vote for a role."
)
commands.command(
    epilog="Example: argosy proposal export 5b0d9d0e-… --out vote.ndjson --bus kafka://kafka:9092"
)(export)
commands.command(
    epilog="Examples: argosy proposal verify 5b0d9d0e-…;"
    " argosy proposal verify 5b0d9d0e-… --log vote.ndjson --what-if agent-3=reject"
    " --what-if steward=absent — Exit codes: 0 the log leads to the recorded result, or the"
    " proposal is open · 8 it does not."
)(verify)

ContractUri = Annotated[str, typer.Option(help="The URI of a contract that agents check.")]
ContentHash = Annotated[str, typer.Option("--hash", help="SHA-256 of the contract.")]
Partitions = Annotated[
    list[str] | None, typer.Option("--partition", help="A URI that agents sample.")
]
AgentSeconds = Annotated[
    float | None, typer.Option(help="Seconds that agents have.", show_default=False)
]
PeopleSeconds = Annotated[
    float | None, typer.Option(help="Seconds that people have.", show_default="a day")
]
Key = Annotated[str, typer.Option(help="The same key is the same proposal, however often.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="A role that must approve.")]


@commands.command("list", epilog="Example: argosy proposal list --state awaiting_approval")
def list_proposals(
    *,
    state: Annotated[
        str, typer.Option(help="open, awaiting_approval, concluded, or an outcome.")
    ] = "",
    pipeline: Annotated[str, typer.Option(help="Only those of this pipeline.")] = "",
    page_token: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    as_json: AsJson = False,
    consensus_url: ConsensusUrl = EMBEDDED_URL,
) -> None:
    """List the proposals, the newest first."""
    asked = {"state": state, "pipeline_id": pipeline, "page_token": page_token}
    given = {name: text for name, text in asked.items() if text}
    page = ask(
        addresses(consensus=consensus_url),
        lambda client: client.votes("proposals", ProposalPage, given),
    )
    if as_json:
        print_json(page)
        return
    answers().print(proposals_table(page.proposals))
    if page.next_page_token:
        remarks().print(f"more with --page-token {page.next_page_token}")


@commands.command(epilog="Example: argosy proposal show 5b0d9d0e-… --json | jq .votes")
def show(
    proposal_id: ProposalId, *, as_json: AsJson = False, consensus_url: ConsensusUrl = EMBEDDED_URL
) -> None:
    """Show a proposal: what it would change, who said what on which evidence, what came of it."""
    shown = ask(
        addresses(consensus=consensus_url),
        lambda client: client.votes(_path(proposal_id), ProposalPicture),
    )
    if as_json:
        print_json(shown)
    else:
        answers().print(proposal_page(shown))


@commands.command(epilog="Example: argosy proposal tally 5b0d9d0e-… --json | jq .recomputed")
def tally(
    proposal_id: ProposalId, *, as_json: AsJson = False, consensus_url: ConsensusUrl = EMBEDDED_URL
) -> None:
    """Show all that a result follows from: the rule, every vote with its place in the log."""
    shown = ask(
        addresses(consensus=consensus_url),
        lambda client: client.votes(f"{_path(proposal_id)}/tally", TallyPicture),
    )
    if as_json:
        print_json(shown)
    else:
        answers().print(tally_page(shown))


@commands.command(
    epilog="Examples: argosy proposal propose 'Keep the fares of 2013?' --role steward;"
    " argosy proposal propose 'contract of trips' --contract file:///srv/contract.json"
    " --hash 9f86d0… --partition file:///srv/trips/1.csv --rule two_thirds --role steward"
)
def propose(  # noqa: PLR0913 -- a command's options are its parameters
    subject: Annotated[str, typer.Argument(help="What is to be decided, in a few words.")],
    *,
    contract: ContractUri = "",
    content_hash: ContentHash = "",
    partitions: Partitions = None,
    rule: Annotated[VotingRule, typer.Option(help="When it is accepted.")] = VotingRule.MAJORITY,
    weights: Annotated[Weighting, typer.Option(help="What agents weigh.")] = Weighting.EQUAL,
    roles: Roles = None,
    timeout: AgentSeconds = None,
    approval_timeout: PeopleSeconds = None,
    proposer: Annotated[str, typer.Option(help="Who asks.")] = "anonymous",
    idempotency_key: Key = "",
    as_json: AsJson = False,
    consensus_url: ConsensusUrl = EMBEDDED_URL,
) -> None:
    """Put a question to people, or a contract to agents, and print the proposal's id."""
    asked: dict[str, JsonValue] = {
        "subject": subject,
        "about": _about(contract, content_hash, partitions or []),
        "proposer": proposer,
        "rule": rule.value,
        "weights": weights.value,
        "approval_roles": [*(roles or [])],
        "timeout_seconds": timeout,
        "approval_timeout_seconds": approval_timeout,
    }
    accepted = ask(
        addresses(consensus=consensus_url),
        lambda client: client.tell_votes(
            "proposals", asked, AcceptedProposal, idempotency_key=idempotency_key
        ),
    )
    if as_json:
        print_json(accepted)
        return
    print_text(accepted.proposal_id)
    remarks().print(f"see it with `argosy proposal show {accepted.proposal_id}`", markup=False)


@commands.command(
    epilog="Example: argosy proposal vote 5b0d9d0e-… approve --role steward --person ana"
    " --reason 'the column was always empty'"
)
def vote(  # noqa: PLR0913 -- a command's options are its parameters
    proposal_id: ProposalId,
    choice: Annotated[VoteChoice, typer.Argument(help="What the role says.")],
    *,
    role: Annotated[str, typer.Option(help="The role that is voted for.")],
    person: Annotated[str, typer.Option(help="Who votes; goes on record with the vote.")],
    reason: Annotated[str, typer.Option(help="Why; goes on record with the vote.")],
    artifact_hash: Annotated[
        str, typer.Option(help="What was seen.", show_default="as the proposal is now")
    ] = "",
    as_json: AsJson = False,
    consensus_url: ConsensusUrl = EMBEDDED_URL,
) -> None:
    """Vote for a role, and print the proposal's state. A rejection ends the vote at once."""
    places = addresses(consensus=consensus_url)
    seen = artifact_hash
    if not seen:
        shown = ask(places, lambda client: client.votes(_path(proposal_id), ProposalPicture))
        seen = shown.artifact.content_hash
    said: dict[str, JsonValue] = {
        "role": role,
        "person": person,
        "choice": choice.value,
        "reason": reason,
        "artifact_hash": seen,
    }
    path = f"{_path(proposal_id)}/votes"
    accepted = ask(places, lambda client: client.tell_votes(path, said, AcceptedVote))
    if as_json:
        print_json(accepted)
    else:
        print_text(accepted.state)


def _path(proposal_id: str) -> str:
    return f"proposals/{quote(proposal_id, safe='')}"


def _about(contract: str, content_hash: str, partitions: list[str]) -> JsonValue:
    if not contract and not content_hash and not partitions:
        return {"kind": "question"}
    if contract and content_hash and partitions:
        return {
            "kind": "contract",
            "uri": contract,
            "content_hash": content_hash,
            "partitions": [*partitions],
        }
    raise CommandError(
        "A contract is proposed by its URI, its hash, and what agents shall check it on.",
        remedy="Give --contract, --hash and --partition together; leave all out for a question.",
        exit_code=ExitCode.USAGE,
    )
