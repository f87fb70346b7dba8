"""What histories must come to, by sets of words: written from the rules, not from the machine."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts.electorates import VotingRule
from shared.contracts.voting import ProposalOutcome, VoteChoice, VotingStage
from shared.contracts.witnesses import Verdict
from tests.consensus_histories.history import Close, Event, History, Judgement, RoleVote, Vote

ROLE_VOTES_MAX = 5


def accepts(rule: VotingRule, total: int, yes: int, abstained: int) -> bool:
    """Tell whether this much approval accepts, straight from the rule's sentence."""
    match rule:
        case VotingRule.MAJORITY | VotingRule.WEIGHTED:
            return 2 * yes > total
        case VotingRule.TWO_THIRDS:
            return 3 * yes > 2 * total
        case VotingRule.UNANIMOUS:
            return yes > 0 and yes + abstained == total
        case VotingRule.BYZANTINE:
            liars = max(count for count in range(total) if 3 * count < total)
            return 2 * yes - total > liars


def weights_under(rule: VotingRule, weights: Sequence[int]) -> list[int]:
    """Return what each weighs, the caps found by trying them all."""
    if rule is VotingRule.BYZANTINE or (rule is VotingRule.WEIGHTED and len(weights) < 4):
        return [1] * len(weights)
    if rule is not VotingRule.WEIGHTED:
        return list(weights)
    capped = [[min(weight, cap) for weight in weights] for cap in range(1, max(weights) + 1)]
    return max((each for each in capped if 3 * max(each) < sum(each)), key=sum)


def outcome_at_close(
    rule: VotingRule, weights: Sequence[int], said: Sequence[str], minimum: int | None = None
) -> ProposalOutcome:
    """Return the outcome of words `yes no abstain void nothing objects` by the electors' weights.

    An elector who `objects` has brought a row that nobody has looked at yet.
    """
    worth = Counter[str]()
    for weight, word in zip(weights_under(rule, weights), said, strict=True):
        worth[word] += weight
    total = sum(worth.values())
    silent, took_part = worth["nothing"], total - worth["nothing"] - worth["void"]
    if not accepts(rule, total, worth["yes"] + silent, worth["abstain"]):
        return ProposalOutcome.REJECTED
    if took_part < (minimum or total // 2 + 1):
        return ProposalOutcome.NO_QUORUM
    if worth["objects"] or not accepts(rule, total, worth["yes"], worth["abstain"]):
        return ProposalOutcome.TIMED_OUT
    return ProposalOutcome.ACCEPTED


@dataclass
class Assembly:
    """What has been said so far, in sets."""

    history: History
    votes: dict[int, set[tuple[VoteChoice, bool]]] = field(default_factory=dict)
    verdicts: dict[int, dict[int, set[Verdict]]] = field(default_factory=dict)
    roles: dict[str, set[tuple[VoteChoice, str]]] = field(default_factory=dict)
    stage: VotingStage = VotingStage.AGENTS

    def hear(self, event: Event) -> None:
        """Take what counts."""
        agents, is_for_agents = range(self.history.size), self.stage is VotingStage.AGENTS
        match event:
            case Vote(voter, choice, signer, has_witness) if is_for_agents and signer == voter:
                said = self.votes.setdefault(voter, set())
                if voter in agents and len(said) < 2:
                    said.add((choice, has_witness))
                    self._remember_first(voter, has_witness=has_witness)
            case Judgement(voter, claimant, verdict, signer) if is_for_agents and signer == voter:
                heard = self.verdicts.get(claimant, {})
                if voter in agents and voter != claimant and claimant in self.verdicts:
                    heard.setdefault(voter, set())
                    if len(heard[voter]) < 2:
                        heard[voter].add(verdict)
            case RoleVote(role, choice, person, is_forged) if role in self.history.roles:
                known = self.roles.setdefault(role, set())
                has_room = choice is VoteChoice.REJECT or len(known) < ROLE_VOTES_MAX
                if not is_forged and has_room:
                    known.add((choice, person))
            case _:
                pass

    def _remember_first(self, voter: int, *, has_witness: bool) -> None:
        if has_witness and len(self.votes[voter]) == 1:
            self.verdicts.setdefault(voter, {})

    def word_of(self, voter: int, *, at_close: bool) -> str:
        """Return what the elector's votes and the verdicts on its rows amount to."""
        said = self.votes.get(voter, set())
        if len(said) != 1:
            return "void" if said else "nothing"
        ((choice, has_witness),) = said
        if not has_witness:
            return {"approve": "yes", "reject": "no", "abstain": "abstain"}[choice]
        heard = self.verdicts[voter]
        clear = [
            min(words)
            for who, words in heard.items()
            if len(words) == 1 and len(self.votes.get(who, set())) < 2
        ]
        if Verdict.CONFIRMED in clear:
            return "confirmed"
        is_complete = at_close or len(heard) == self.history.size - 1
        return "void" if Verdict.REFUTED in clear and is_complete else "objects"

    def decide(self, *, at_close: bool) -> ProposalOutcome | None:
        """Return the outcome that is certain now, or None; the people's turn may begin."""
        choices = [{choice for choice, _ in said} for said in self.roles.values()]
        if any(VoteChoice.REJECT in chosen for chosen in choices):
            return ProposalOutcome.REJECTED
        approving = sum(VoteChoice.APPROVE in chosen for chosen in choices)
        is_all_roles = approving == len(self.history.roles)
        if self.stage is VotingStage.AGENTS:
            outcome = self._agents_decide(at_close=at_close)
            if outcome is not ProposalOutcome.ACCEPTED or is_all_roles:
                return outcome
            self.stage = VotingStage.PEOPLE
            return None
        if is_all_roles:
            return ProposalOutcome.ACCEPTED
        return ProposalOutcome.TIMED_OUT if at_close else None

    def _agents_decide(self, *, at_close: bool) -> ProposalOutcome | None:
        said = [self.word_of(voter, at_close=at_close) for voter in range(self.history.size)]
        if "confirmed" in said:
            return ProposalOutcome.REJECTED
        minimum = self.history.participation_min
        outcome = outcome_at_close(self.history.rule, self.history.weights, said, minimum)
        awaited = {"nothing", "objects"} & set(said)
        is_certain = at_close or not awaited or outcome is ProposalOutcome.REJECTED
        return outcome if is_certain else None


def ending_of(history: History) -> tuple[ProposalOutcome, int | None]:
    """Return the outcome and the number of the event that decides; None at the opening."""
    if history.size == 0:
        return ProposalOutcome.INVALID_ELECTORATE, None
    assembly = Assembly(history)
    for number, event in enumerate(history.events):
        closes = event == Close(assembly.stage)
        if type(event).__name__ == "Cancel":
            return ProposalOutcome.CANCELLED, number
        assembly.hear(event)
        outcome = assembly.decide(at_close=closes)
        if outcome is not None:
            return outcome, number
    raise AssertionError("a history has both its close markers")
