"""`argosy proposal export|verify`: prove a result from the log alone, with no service running."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from argosy.counterfactuals import Changes, Counterfactual, what_if
from argosy.failures import CommandError, ExitCode
from argosy.options import AsJson
from argosy.printing import answers, grid, print_json, remarks, state_text
from argosy.proofs import Replayed, differences, replay
from argosy.proposal_log import ProposalLog, read_export, read_log, write_export
from argosy.views import Answer
from consensus.domain.refusals import Refusal
from shared.contracts.electorates import ROLE_PREFIX
from shared.contracts.voting import ConsensusResult, VoteChoice

ROWS = ("outcome", "approve", "reject", "abstain", "decided at", "because")
"""What a proof shows of each result."""

EMBEDDED_BUS = "sqlite:///.argosy/bus.db"
"""Where `argosy up` keeps its bus."""

SIGNATURES_NOTE = (
    "a counterfactual: nobody signed the changed votes, so it explains and proves nothing"
)

ProposalId = Annotated[str, typer.Argument(help="The id, as `list` and `goal watch` print it.")]
LogUri = Annotated[
    str, typer.Option("--bus", envvar="ARGOSY_BUS", help="sqlite:///PATH or kafka://HOST:PORT.")
]
LogFile = Annotated[
    Path | None,
    typer.Option("--log", metavar="FILE", help="Read an export instead of the bus."),
]
WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="WHO=CHOICE",
        help="Besides: if this agent or role had said approve, reject or abstain, or was absent.",
    ),
]


class Imagined(Answer):
    """What the result would have been with other votes."""

    changes: dict[str, str]
    outcome: ConsensusResult | None
    """None when it would be open still."""
    note: str


class Proof(Answer):
    """What the log leads to, beside what is recorded."""

    proposal_id: str
    proven: bool
    """Whether the log leads to the recorded result; of an open proposal, to none."""
    recorded: ConsensusResult | None
    recomputed: ConsensusResult | None
    differences: tuple[str, ...]
    not_counted: tuple[Refusal, ...]
    what_if: Imagined | None


def export(
    proposal_id: ProposalId,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the log, as NDJSON.")],
    bus: LogUri = EMBEDDED_BUS,
) -> None:
    """Write all that the log says of a proposal into a file, to be verified anywhere."""
    log = read_log(bus, proposal_id)
    write_export(log, out)
    remarks().print(
        f"{len(log.entries)} messages; check with `argosy proposal verify "
        f"{proposal_id} --log {out}`",
        markup=False,
    )


def verify(
    proposal_id: ProposalId,
    *,
    bus: LogUri = EMBEDDED_BUS,
    log_file: LogFile = None,
    changed: WhatIf = None,
    as_json: AsJson = False,
) -> None:
    """Recompute a result from the log alone, and compare it with the one that is recorded.

    No service is asked. Every signature is checked against the electorate's keys.
    """
    log = read_log(bus, proposal_id) if log_file is None else read_export(log_file, proposal_id)
    replayed = replay(log)
    changes = _changes(changed or [], replayed)
    imagined = _imagined(changes, what_if(log, changes)) if changes else None
    proof = _proof(log, replayed, imagined)
    if as_json:
        print_json(proof)
    else:
        answers().print(_page(proof, replayed))
    if not proof.proven:
        raise typer.Exit(ExitCode.NOT_PROVEN)


def _proof(log: ProposalLog, replayed: Replayed, imagined: Imagined | None) -> Proof:
    recorded, recomputed = log.recorded, replayed.conclusion
    if recorded is not None:
        differing = differences(recorded, recomputed)
    elif recomputed is not None:
        differing = (f"the log leads to {recomputed.outcome}, and no result is recorded",)
    else:
        differing = ()
    return Proof(
        proposal_id=log.proposal_id,
        proven=not differing,
        recorded=recorded,
        recomputed=recomputed,
        differences=differing,
        not_counted=replayed.refusals,
        what_if=imagined,
    )


def _changes(changed: Sequence[str], replayed: Replayed) -> dict[str, VoteChoice | None]:
    """Return what each elector is to have said instead, by its id.

    Raises:
        CommandError: one is no elector, or what it says is no choice.
    """
    known = {elector.agent_id for elector in replayed.record.proposal.electorate}
    changes: dict[str, VoteChoice | None] = {}
    for each in changed:
        who, _, said = each.rpartition("=")
        elector_id = who if who in known else f"{ROLE_PREFIX}{who}"
        if elector_id not in known:
            raise _wrong(each, f"the electorate is {', '.join(sorted(known)) or 'empty'}")
        if said not in {*VoteChoice, "absent"}:
            raise _wrong(each, f"an elector may {', '.join(VoteChoice)}, or be absent")
        changes[elector_id] = None if said == "absent" else VoteChoice(said)
    return changes


def _wrong(each: str, why: str) -> CommandError:
    return CommandError(
        f"--what-if {each}: {why}.",
        remedy="Write it as agent-3=reject or steward=absent.",
        exit_code=ExitCode.USAGE,
    )


def _imagined(changes: Changes, imagined: Counterfactual) -> Imagined:
    closed = "; the log ends earlier, so it is closed as at the deadline"
    return Imagined(
        changes={who: choice or "absent" for who, choice in changes.items()},
        outcome=imagined.conclusion,
        note=SIGNATURES_NOTE + (closed if imagined.is_close_assumed else ""),
    )


def _page(proof: Proof, replayed: Replayed) -> RenderableType:
    imagined = proof.what_if
    table = grid("", "RECORDED", "FROM THE LOG", *(["WHAT IF"] if imagined else []))
    results = [proof.recorded, proof.recomputed, *([imagined.outcome] if imagined else [])]
    for name, *cells in zip(ROWS, *map(_column, results), strict=True):
        table.add_row(name, *cells)
    word = ("proven", "green") if proof.proven else ("NOT PROVEN", "red bold")
    told = [Text(f"  {each}") for each in proof.differences]
    told += [
        Text(f"  not counted: {each.voter_id} {each.said} at {each.position}, {each.reason}")
        for each in proof.not_counted
    ]
    if imagined:
        changes = ", ".join(f"{who}={said}" for who, said in imagined.changes.items())
        told.append(Text(f"  what if {changes}: {imagined.note}"))
    verdict = Text.assemble(f"{replayed.record.proposal.subject}: ", word)
    return Group(verdict, *told, Text(), table)


def _column(said: ConsensusResult | None) -> tuple[RenderableType, ...]:
    if said is None:
        return (state_text("open"), *([""] * (len(ROWS) - 1)))
    position = said.decided_at_position
    return (
        state_text(said.outcome),
        str(said.approvals),
        str(said.rejections),
        str(said.abstentions),
        "" if position is None else f"position {position}",
        escape(said.reason),
    )
