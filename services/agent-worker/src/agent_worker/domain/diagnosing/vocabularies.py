"""Columns that hold the members of a closed vocabulary, and texts in them that are none.

Where at least nine of ten different texts are months, the tenth is a slip or does not belong. A
unique member nearby is what it should be; otherwise it is suspected, if the vocabulary is complete
enough that a stranger must be wrong.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from agent_worker.domain.diagnosing import vocabulary_lists as lists
from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.edit_distance import slips
from agent_worker.domain.diagnosing.spelling_variants import fingerprint

REMARK = re.compile(r" ?\([^()]*\)$| ?\[[^\[\]]*\]$|[*\u2020]$|, .*$")
"""What may stand behind a name: a remark in brackets or after a comma, a footnote."""

MEMBER_SHARE_MIN = 0.9
SMALL_SHARE_MIN = 0.5
"""Of a vocabulary of few members, of which a column has fewer still."""

STRANGERS_MAX = 3
CELLS_MIN = 10
TWO_SLIPS_LETTERS_MIN = 8
ONE_SLIP_LETTERS_MIN = 4


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of names, and others that may stand among them."""

    plural: str
    """How a person calls the members."""
    members: tuple[str, ...]
    tolerated: tuple[str, ...] = ()
    distinct_min: int = 5
    """Different members that a column needs so that it is one of this vocabulary."""
    is_complete: bool = True
    """Whether a stranger must be wrong, even if no member is near."""

    @cached_property
    def by_fingerprint(self) -> Mapping[str, str]:
        """The members under what their spellings have in common."""
        return {fingerprint(member): member for member in self.members}

    @cached_property
    def all_fingerprints(self) -> frozenset[str]:
        """Of members and of what is tolerated."""
        return frozenset(map(fingerprint, (*self.members, *self.tolerated)))


VOCABULARIES = (
    Vocabulary("months", lists.MONTHS, lists.SHORT_MONTHS, distinct_min=3),
    Vocabulary("months", lists.SHORT_MONTHS, lists.MONTHS, distinct_min=4),
    Vocabulary("weekdays", lists.WEEKDAYS, lists.SHORT_WEEKDAYS, distinct_min=3),
    Vocabulary("weekdays", lists.SHORT_WEEKDAYS, lists.WEEKDAYS, distinct_min=4),
    Vocabulary("US states", lists.STATES, (*lists.OTHER_STATES, *lists.STATE_CODES)),
    Vocabulary("US states' codes", lists.STATE_CODES, lists.OTHER_STATE_CODES, distinct_min=10),
    Vocabulary(
        "countries", lists.COUNTRIES, lists.OTHER_COUNTRIES, distinct_min=6, is_complete=False
    ),
    Vocabulary("countries' codes", lists.COUNTRY_CODES, lists.OTHER_COUNTRY_CODES, distinct_min=12),
    Vocabulary(
        "currencies' codes",
        lists.CURRENCIES,
        lists.OTHER_CURRENCIES,
        distinct_min=5,
        is_complete=False,
    ),
    Vocabulary("points of the compass", lists.COMPASS, distinct_min=4),
    Vocabulary("directions", lists.DIRECTIONS, distinct_min=4, is_complete=False),
    Vocabulary("genders", lists.GENDERS, lists.OTHER_GENDERS, distinct_min=2, is_complete=False),
    Vocabulary("answers", lists.ANSWERS, lists.OTHER_ANSWERS, distinct_min=2, is_complete=False),
    Vocabulary("truth values", lists.TRUTHS, ("T", "F"), distinct_min=2, is_complete=False),
    Vocabulary("continents", lists.CONTINENTS, distinct_min=4, is_complete=False),
)


@dataclass(frozen=True, slots=True)
class _Match:
    vocabulary: Vocabulary
    members: tuple[str, ...]
    strangers: tuple[str, ...]


def find_strangers(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts that are no members of the vocabulary that the others are from."""
    sample = column.texts[: len(lists.COUNTRIES) * len("spellings")]
    if len(sample) < len(column.texts):
        return ()
    prints = {text: fingerprint(REMARK.sub("", text)) for text in sample}
    matches = [match for each in VOCABULARIES if (match := _match(column, each, prints))]
    if not matches:
        return ()
    best = max(matches, key=lambda match: (len(match.members), match.vocabulary.plural))
    return [finding for text in best.strangers for finding in _judge(column, text, best)]


def _match(column: ColumnTexts, vocabulary: Vocabulary, prints: Mapping[str, str]) -> _Match | None:
    members = tuple(text for text, key in prints.items() if key in vocabulary.by_fingerprint)
    strangers = tuple(
        text for text, key in prints.items() if key not in vocabulary.all_fingerprints
    )
    if len(strangers) > STRANGERS_MAX:
        return None
    known = len(prints) - len(strangers)
    near = [text for text in strangers if len(_near(prints[text], vocabulary)) == 1]
    different = {prints[text] for text in members}
    cells = column.cells_of(members)
    fits = (
        len(different) >= vocabulary.distinct_min
        and cells >= CELLS_MIN
        and column.cells_of(strangers) <= (1 - MEMBER_SHARE_MIN) * column.cells
    )
    is_small = len(vocabulary.members) <= len(lists.COMPASS)
    share_min = SMALL_SHARE_MIN if is_small else MEMBER_SHARE_MIN
    enough = known + len(near) >= share_min * len(prints)
    return _Match(vocabulary, members, strangers) if fits and enough else None


def _judge(column: ColumnTexts, text: str, match: _Match) -> Iterator[Finding]:
    plural = match.vocabulary.plural
    among = f"{len(match.members)} of {len(column.texts)} different values are {plural}"
    near = _near(fingerprint(text), match.vocabulary)
    if len(near) == 1 and _begins_alike(text, near[0]):
        proposed = _cased(near[0], match.members)
        reason = f"`{text}` is none of the {plural}, but nearly `{proposed}`; {among}."
        yield repaired("vocabulary", text, proposed, 0.95, reason)
    elif match.vocabulary.is_complete:
        reason = f"`{text}` is none of the {plural}; {among}."
        yield suspected("vocabulary", text, None, 0.8, reason)


def _begins_alike(text: str, member: str) -> bool:
    """Tell whether the slip spares the first letter; one in front may mean another thing."""
    return text[0].casefold() == member[0].casefold()


def _near(key: str, vocabulary: Vocabulary) -> list[str]:
    """Return the closest members within the slips that a text of this length may have."""
    if len(key) < ONE_SLIP_LETTERS_MIN:
        return []
    most = 2 if len(key) >= TWO_SLIPS_LETTERS_MIN else 1
    distances = {
        member: slips(key, other, most) for other, member in vocabulary.by_fingerprint.items()
    }
    closest = min(distances.values())
    if closest > most:
        return []
    return [member for member, distance in distances.items() if distance == closest]


def _cased(member: str, members: Sequence[str]) -> str:
    """Return the member in the case that the column's members have."""
    if all(text.isupper() for text in members):
        return member.upper()
    return member.lower() if all(text.islower() for text in members) else member
