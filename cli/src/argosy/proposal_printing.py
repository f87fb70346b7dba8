"""How proposals look on paper: in a listing, with every vote, and as a proof."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from argosy.printing import grid, percent, state_text
from argosy.proposal_views import CastVote, ProposalLine, ProposalPicture, TallyPicture
from shared.contracts.voting import Evidence, ProposedChange
from shared.contracts.witnesses import VetoView


def proposals_table(proposals: Iterable[ProposalLine]) -> Table:
    """Return the proposals, one a line."""
    table = grid("PROPOSAL", "KIND", "SUBJECT", "STATE", "OPENED", "UNTIL")
    for each in proposals:
        until = each.approval_deadline if each.state == "awaiting_approval" else each.deadline
        table.add_row(
            each.proposal_id,
            each.proposal_kind,
            escape(each.subject),
            state_text(each.state),
            _time(each.opened_at),
            "" if each.is_decided else _time(until),
        )
    return table


def proposal_page(shown: ProposalPicture) -> RenderableType:
    """Return a proposal with what it would change, every vote, and what came of it."""
    page = _page()
    page.add_row("proposal", shown.proposal_id)
    page.add_row("subject", escape(shown.subject))
    page.add_row("state", state_text(shown.state))
    page.add_row("kind", f"{shown.proposal_kind} {shown.compatibility or ''}".strip())
    page.add_row("proposer", escape(shown.proposer_id))
    page.add_row("accepted when", shown.tally.rule_in_words)
    for name, time in (("agents until", shown.deadline), ("people until", shown.approval_deadline)):
        if time is not None:
            page.add_row(name, _time(time))
    if shown.roles_outstanding:
        page.add_row("waits for", ", ".join(shown.roles_outstanding))
    for change in shown.changes:
        page.add_row("change", escape(_change(change)))
    if shown.reason:
        page.add_row("because", escape(shown.reason))
    return Group(page, Text(), _votes(shown.votes), *_vetoes(shown.vetoes))


def tally_page(shown: TallyPicture) -> RenderableType:
    """Return all that a result follows from."""
    page = _page()
    figures = shown.tally.figures
    page.add_row("proposal", shown.proposal_id)
    page.add_row("state", state_text(shown.state))
    page.add_row("accepted when", shown.tally.rule_in_words)
    page.add_row(
        "weight",
        f"{figures.approved} approve, {figures.rejected} reject, {figures.abstained} abstain, "
        f"{figures.void} void, {figures.outstanding} outstanding, of {figures.total}",
    )
    page.add_row("took part", f"{figures.participation}, at least {figures.participation_min}")
    page.add_row("not counted", f"{shown.late} late, {shown.foreign} foreign")
    if shown.decided_at_position is not None:
        page.add_row("decided at", f"position {shown.decided_at_position}")
    if shown.conclusion is not None:
        page.add_row("because", escape(shown.conclusion.reason))
        page.add_row("counted anew", "the same" if shown.recomputed.agrees else "SOMETHING ELSE")
    refused = grid("NOT COUNTED", "SAID", "WHY", "POSITION")
    for each in shown.refusals:
        refused.add_row(escape(each.voter_id), each.said, each.reason, str(each.position))
    parts: list[RenderableType] = [page, Text(), _votes(shown.votes), *_vetoes(shown.vetoes)]
    return Group(*parts, *([refused] if shown.refusals else []))


def _votes(votes: Iterable[CastVote]) -> Table:
    table = grid("VOTER", "VOTE", "WEIGHT", "SURE", "POSITION", "REASON AND EVIDENCE")
    for each in votes:
        who = f"{each.voter_id} ({each.person})" if each.person else each.voter_id
        told = [each.reason, *map(_evidence, each.evidence)]
        if each.why_not:
            told.append(f"DOES NOT COUNT: {each.why_not}")
        table.add_row(
            escape(who),
            state_text(each.choice),
            "" if each.person else str(each.weight),
            percent(each.confidence),
            str(each.position),
            escape("\n".join(told)),
        )
    return table


def _vetoes(vetoes: Iterable[VetoView]) -> Iterator[Text]:
    for each in vetoes:
        seen = each.witness
        shown = f" '{seen.shown}'" if seen.shown else ""
        said = (
            ("confirmed by", each.confirmed_by),
            ("refuted by", each.refuted_by),
            ("not readable for", each.unreadable_by),
        )
        answers = "".join(f"; {word} {', '.join(who)}" for word, who in said if who)
        yield Text(
            f"veto of {each.claimant_id} ({each.state}): row {seen.row} of {seen.partition}, "
            f"{seen.column}{shown}: {seen.rule}{answers}"
        )


def _evidence(each: Evidence) -> str:
    shown = f", such as {', '.join(each.examples)}" if each.examples else ""
    return f"{each.rows_checked} rows of {each.partition}: {each.violations} against it{shown}"


def _change(change: ProposedChange) -> str:
    move = " → ".join(text for text in (change.before, change.after) if text)
    loss = f", loses {change.rows_lost} of {change.rows} rows" if change.rows_lost else ""
    return f"{change.kind} {change.column} {move}{loss}".strip()


def _page() -> Table:
    page = grid("", "")
    page.show_header = False
    return page


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S %z}" if time else ""
