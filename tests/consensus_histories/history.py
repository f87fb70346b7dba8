"""Random histories: who says what in which order, with all that goes wrong among electors."""

from dataclasses import dataclass
from random import Random

from shared.contracts.electorates import VotingRule
from shared.contracts.voting import VoteChoice, VotingStage
from shared.contracts.witnesses import Verdict

SIZE_MAX = 7
WEIGHT_MAX = 5
WORDS_MAX = 24
ROLES = ("owner", "steward")
STRANGER = 50
"""The number of an elector who is in no electorate."""


@dataclass(frozen=True)
class Vote:
    """An agent's vote; `signer` holds the key that signed it."""

    voter: int
    choice: VoteChoice
    signer: int
    has_witness: bool = False


@dataclass(frozen=True)
class Judgement:
    """An agent's verdict on another's witnesses."""

    voter: int
    claimant: int
    verdict: Verdict
    signer: int


@dataclass(frozen=True)
class RoleVote:
    """What a person says for a role; forged, an agent's key signed it."""

    role: str
    choice: VoteChoice
    person: str
    is_forged: bool = False


@dataclass(frozen=True)
class Close:
    """The close marker of a stage."""

    stage: VotingStage


@dataclass(frozen=True)
class Cancel:
    """Nobody wants the result any more."""


Event = Vote | Judgement | RoleVote | Close | Cancel


@dataclass(frozen=True)
class History:
    """A proposal's terms, and everything that came after it in its partition."""

    rule: VotingRule
    weights: tuple[int, ...]
    """Of each agent of the electorate."""
    events: tuple[Event, ...]
    participation_min: int | None = None
    roles: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many agents are in the electorate."""
        return len(self.weights)


def a_history(chance: Random) -> History:
    """Draw a history that comes to an end: both close markers are in it somewhere."""
    size = chance.randint(0, SIZE_MAX)
    is_weighed = chance.random() < 0.5
    weights = tuple(chance.randint(1, WEIGHT_MAX) if is_weighed else 1 for _ in range(size))
    roles = ROLES[: max(0, chance.randint(-2, 2))]
    words = [_word(chance, size) for _ in range(chance.randint(0, WORDS_MAX))]
    words += [each for each in words if chance.random() < 0.2]
    chance.shuffle(words)
    place = chance.randint(len(words) // 2, len(words))
    ahead, behind = words[:place], words[place:]
    if chance.random() < 0.05:
        ahead.insert(chance.randint(0, place), Cancel())
    return History(
        rule=chance.choice(tuple(VotingRule)),
        weights=weights,
        events=(
            *ahead,
            Close(VotingStage.AGENTS),
            *behind,
            Close(VotingStage.AGENTS),
            Close(VotingStage.PEOPLE),
            *words[:2],
        ),
        participation_min=chance.choice((None, None, 1, max(1, sum(weights)))),
        roles=roles,
    )


def _word(chance: Random, size: int) -> Event:
    voter = chance.randrange(size) if size and chance.random() < 0.95 else STRANGER
    signer = voter if chance.random() < 0.9 else STRANGER
    kind = chance.random()
    if kind < 0.6:
        choice = chance.choices(tuple(VoteChoice), weights=(6, 3, 1))[0]
        has_witness = choice is VoteChoice.REJECT and chance.random() < 0.5
        return Vote(voter, choice, signer, has_witness)
    if kind < 0.85:
        verdict = chance.choices(tuple(Verdict), weights=(1, 5, 1))[0]
        return Judgement(voter, chance.randrange(max(1, size)), verdict, signer)
    choice = chance.choices(tuple(VoteChoice), weights=(7, 1, 2))[0]
    return RoleVote(
        chance.choice((*ROLES, "nobody")),
        choice,
        chance.choice(("mara", "noor")),
        is_forged=chance.random() < 0.1,
    )
