"""Whom to believe when several sources report about the same things and disagree.

A source is worth what it says, and what is said is worth who says it: the two are computed from one
another until they agree (Yin, Han, Yu: Truth Discovery with Multiple Conflicting Information
Providers, KDD 2007). Sources that copy would outvote the others with one voice's knowledge. Two
sources that share values which hardly anybody else has are no two voices, because independent ones
err differently (Dong, Berti-Equille, Srivastava: Integrating Conflicting Data, PVLDB 2009).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, log

FALSE_VALUES = 10
"""How many wrong values there are of one thing, each as likely as another."""

COPIED_SHARE = 0.8
"""Of its claims, what a source that copies has from the other one."""

COPYING_PRIOR = 0.2
"""How likely any two sources are to depend on one another before anything is known."""

ACCURACY_PRIOR = 0.8
PRIOR_CLAIMS = 2
"""A source is taken for so good, by so many claims, before it has said anything."""

ACCURACY_MIN, ACCURACY_MAX = 0.02, 0.98
"""Nobody is beyond doubt, nor beyond use."""

ROUNDS = 20
"""Accuracies have settled long before; oscillations end here."""

SETTLED = 1e-4
"""Accuracies that change by less have settled."""

Claims = Mapping[str, str]
"""What each source says of one thing: source to value."""


Copying = Mapping[tuple[str, str], float]
"""By two sources in the order of the alphabet: how likely they depend on one another."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How often each source is right, and which ones are likely to copy.

    A source is right or wrong as a whole: one that has another notion of a column would else find
    its own circle there. It copies by column, as reports are put together from several.
    """

    accuracy: Mapping[str, float]
    copying: Mapping[str, Copying]
    """By column."""


def weight_of(accuracy: float) -> float:
    """Return what the vote of a source counts that is right so often."""
    bounded = min(max(accuracy, ACCURACY_MIN), ACCURACY_MAX)
    return log(FALSE_VALUES * bounded / (1 - bounded))


def settle(claims: Mapping[str, Sequence[Claims]]) -> Trust:
    """Learn whom to believe from the claims about each thing, by column."""
    flat = [said for of_column in claims.values() for said in of_column]
    shared = {column: _shared_claims(of_column) for column, of_column in claims.items()}
    sources = sorted({source for said in flat for source in said})
    accuracy = dict.fromkeys(sources, ACCURACY_PRIOR)
    # Who copies is asked first, of all that is shared: else the copies win the first round.
    unweighed = {
        column: [dict.fromkeys(said.values(), 1.0) for said in of_column]
        for column, of_column in claims.items()
    }
    copying = {column: _copying(shared[column], unweighed[column], accuracy) for column in claims}
    for _ in range(ROUNDS):
        trust = Trust(accuracy, copying)
        believed = {
            column: [beliefs(said, trust, column) for said in of_column]
            for column, of_column in claims.items()
        }
        before, accuracy = accuracy, _accuracies(sources, claims, believed)
        copying = {
            column: _copying(shared[column], believed[column], accuracy) for column in claims
        }
        if all(abs(accuracy[source] - before[source]) < SETTLED for source in sources):
            break
    return Trust(accuracy, copying)


def beliefs(said: Claims, trust: Trust, column: str) -> dict[str, float]:
    """Return how likely each value that is claimed of a column is the true one."""
    said_by: dict[str, list[str]] = {}
    for source in sorted(said, key=lambda name: (-trust.accuracy[name], name)):
        said_by.setdefault(said[source], []).append(source)
    scores = {
        value: _score(sources, trust.accuracy, trust.copying[column])
        for value, sources in said_by.items()
    }
    highest = max(scores.values())
    unsaid = max(0, FALSE_VALUES - len(scores)) * exp(-highest)
    total = sum(exp(score - highest) for score in scores.values()) + unsaid
    return {value: exp(score - highest) / total for value, score in scores.items()}


def _score(sources: Sequence[str], accuracy: Mapping[str, float], copying: Copying) -> float:
    """Add the votes of sources that say the same, the best first; what is copied counts less."""
    score = 0.0
    for at, source in enumerate(sources):
        own = 1.0
        for other in sources[:at]:
            own *= 1 - COPIED_SHARE * copying.get(_pair(source, other), 0.0)
        score += own * weight_of(accuracy[source])
    return score


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _accuracies(
    sources: Iterable[str],
    claims: Mapping[str, Sequence[Claims]],
    believed: Mapping[str, Sequence[Mapping[str, float]]],
) -> dict[str, float]:
    right = dict.fromkeys(sources, ACCURACY_PRIOR * PRIOR_CLAIMS)
    counted = dict.fromkeys(right, PRIOR_CLAIMS)
    for column, of_column in claims.items():
        for said, belief in zip(of_column, believed[column], strict=True):
            for source, value in said.items():
                right[source] += belief[value]
                counted[source] += 1
    return {source: right[source] / counted[source] for source in right}


@dataclass(slots=True)
class _Shared:
    """What two sources both speak about."""

    agreed: list[tuple[int, str]]
    """Things, by number, and the value that both claim."""
    disagreed: int = 0


def _shared_claims(claims: Sequence[Claims]) -> dict[tuple[str, str], _Shared]:
    shared: dict[tuple[str, str], _Shared] = {}
    for at, said in enumerate(claims):
        for pair in combinations(sorted(said), 2):
            both = shared.setdefault(pair, _Shared([]))
            if said[pair[0]] == said[pair[1]]:
                both.agreed.append((at, said[pair[0]]))
            else:
                both.disagreed += 1
    return shared


def _copying(
    shared: Mapping[tuple[str, str], _Shared],
    believed: Sequence[Mapping[str, float]],
    accuracy: Mapping[str, float],
) -> Copying:
    """Return how likely each two sources copy in one column."""
    copying: dict[tuple[str, str], float] = {}
    for pair, both in shared.items():
        right = sum(believed[at][value] for at, value in both.agreed)
        counts = right, len(both.agreed) - right, both.disagreed
        copying[pair] = _dependence(counts, accuracy[pair[0]], accuracy[pair[1]])
    return copying


def _dependence(counts: tuple[float, float, int], first: float, second: float) -> float:
    """Return how likely sources copy that agree on right, agree on wrong and disagree so often."""
    right, wrong, different = counts
    first = min(max(first, ACCURACY_MIN), ACCURACY_MAX)
    second = min(max(second, ACCURACY_MIN), ACCURACY_MAX)
    mean = (first + second) / 2
    both_right = first * second
    both_wrong = (1 - first) * (1 - second) / FALSE_VALUES
    apart = 1 - both_right - both_wrong
    odds = (
        right * log((mean * COPIED_SHARE + both_right * (1 - COPIED_SHARE)) / both_right)
        + wrong * log(((1 - mean) * COPIED_SHARE + both_wrong * (1 - COPIED_SHARE)) / both_wrong)
        + different * log((1 - COPIED_SHARE) * apart / apart)
        + log(COPYING_PRIOR / (1 - COPYING_PRIOR))
    )
    return 1 / (1 + exp(-max(min(odds, 50.0), -50.0)))
