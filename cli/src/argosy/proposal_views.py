"""What consensus answers, as far as the command reads it; fields that it does not know stay."""

from datetime import datetime

from argosy.views import Answer, ProposalSummary, VoteView
from shared.contracts.electorates import Elector, VotingRule
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    ConsensusResult,
    Evidence,
    ProposalOutcome,
    ProposedChange,
    TallyFigures,
    VoteChoice,
)
from shared.contracts.witnesses import Verdict, VetoView


class ProposalLine(ProposalSummary):
    """A proposal in a listing."""

    pipeline_id: str = ""
    proposal_kind: str = ""
    opened_at: datetime | None = None
    deadline: datetime | None = None
    approval_deadline: datetime | None = None


class ProposalPage(Answer):
    """A part of the proposals, the newest first."""

    proposals: tuple[ProposalLine, ...]
    next_page_token: str = ""


class CastVote(VoteView):
    """One vote with what it stands on."""

    person: str = ""
    weight: int = 1
    evidence: tuple[Evidence, ...] = ()
    position: int = -1
    signature: str = ""
    counts: bool = True
    why_not: str = ""


class Standing(Answer):
    """Where a vote stands."""

    rule_in_words: str
    approvals_needed: int
    figures: TallyFigures


class ProposalPicture(ProposalLine):
    """Everything about one proposal."""

    proposer_id: str = ""
    rule: VotingRule
    compatibility: str | None = None
    changes: tuple[ProposedChange, ...] = ()
    electorate: tuple[Elector, ...] = ()
    votes: tuple[CastVote, ...] = ()
    vetoes: tuple[VetoView, ...] = ()
    roles_outstanding: tuple[str, ...] = ()
    artifact: Artifact
    tally: Standing
    reason: str = ""


class VerdictLine(Answer):
    """What one elector said of another's witnesses."""

    voter_id: str
    claimant_id: str
    verdict: Verdict
    reason: str = ""
    position: int = -1


class RefusalLine(Answer):
    """What was said and does not count."""

    voter_id: str
    said: str
    reason: str
    position: int = -1


class Recomputation(Answer):
    """What the votes come to when they are counted anew."""

    outcome: ProposalOutcome | None
    agrees: bool


class TallyPicture(Answer):
    """Everything that a result follows from."""

    proposal_id: str
    state: str
    tally: Standing
    votes: tuple[CastVote, ...]
    vetoes: tuple[VetoView, ...] = ()
    verdicts: tuple[VerdictLine, ...] = ()
    refusals: tuple[RefusalLine, ...] = ()
    late: int = 0
    foreign: int = 0
    decided_at_position: int | None = None
    conclusion: ConsensusResult | None = None
    recomputed: Recomputation


class AcceptedProposal(Answer):
    """A proposal that was put to the vote."""

    proposal_id: str


class AcceptedVote(Answer):
    """A vote that was cast for a role."""

    proposal_id: str
    voter_id: str
    choice: VoteChoice
    state: str
