"""What is wrong in a single column: the detectors, and how their findings come together.

What the text alone shows is mended first, then the column is looked at as it is without it. Of two
findings about one text the surer one counts, of equally sure ones the earlier detector's. A finding
whose new value is itself found wrong is dropped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agent_worker.domain.diagnosing.case_slips import find_case_slips
from agent_worker.domain.diagnosing.checked_formats import find_broken_formats
from agent_worker.domain.diagnosing.column_texts import (
    DISTINCT_MAX,
    ColumnDetector,
    ColumnTexts,
    Finding,
    Lexicon,
)
from agent_worker.domain.diagnosing.disguised_missing import (
    find_disguised_missing,
    find_sentinels,
)
from agent_worker.domain.diagnosing.left_overs import find_left_overs, find_stray_signs
from agent_worker.domain.diagnosing.litter import find_litter
from agent_worker.domain.diagnosing.lost_zeros import find_lost_zeros
from agent_worker.domain.diagnosing.misspellings import find_misspellings
from agent_worker.domain.diagnosing.number_outliers import find_number_outliers
from agent_worker.domain.diagnosing.out_of_place import find_out_of_place
from agent_worker.domain.diagnosing.page_ranges import find_page_ranges
from agent_worker.domain.diagnosing.shape_outliers import (
    find_length_outliers,
    find_shape_outliers,
)
from agent_worker.domain.diagnosing.spelling_variants import find_spelling_variants
from agent_worker.domain.diagnosing.split_words import find_split_words
from agent_worker.domain.diagnosing.strange_categories import find_strange_categories
from agent_worker.domain.diagnosing.stray_characters import find_stray_characters
from agent_worker.domain.diagnosing.typos import find_typos
from agent_worker.domain.diagnosing.value_slips import find_value_slips
from agent_worker.domain.diagnosing.vocabularies import find_strangers

DETECTORS: tuple[ColumnDetector, ...] = (
    find_disguised_missing,
    find_sentinels,
    find_strangers,
    find_broken_formats,
    find_lost_zeros,
    find_page_ranges,
    find_litter,
    find_spelling_variants,
    find_value_slips,
    find_typos,
    find_misspellings,
    find_split_words,
    find_left_overs,
    find_stray_signs,
    find_shape_outliers,
    find_length_outliers,
    find_out_of_place,
    find_strange_categories,
    find_number_outliers,
    find_case_slips,
)
"""A new detector is a module of its own and a line here."""


VALUE_DETECTORS: tuple[ColumnDetector, ...] = (find_sentinels, find_number_outliers)
"""For values whose spelling the contract has settled already."""


def find_errors(name: str, counts: Mapping[str, int], lexicon: Lexicon) -> Sequence[Finding]:
    """Return what is wrong among a column's texts, one finding a text, sorted by text."""
    kept = sorted(counts, key=lambda text: (-counts[text], text))[:DISTINCT_MAX]
    column = ColumnTexts(name, {text: counts[text] for text in kept if text}, lexicon)
    stray = {finding.text: finding for finding in find_stray_characters(column)}
    mended = _mend(column, stray)
    found = _surest(finding for detector in DETECTORS for finding in detector(mended))
    sound = {text: each for text, each in found.items() if each.proposed not in found}
    findings = [
        _combine(stray.get(text), sound.get(_mended_text(text, stray)), text)
        for text in column.texts
    ]
    return [finding for finding in findings if finding]


def find_value_errors(name: str, counts: Mapping[str, int]) -> Sequence[Finding]:
    """Return what is wrong among the canonical texts of numbers and times, sorted by text."""
    column = ColumnTexts(name, {text: counts[text] for text in counts if text})
    found = _surest(finding for detector in VALUE_DETECTORS for finding in detector(column))
    return [found[text] for text in sorted(found)]


def _surest(findings: Iterable[Finding]) -> dict[str, Finding]:
    surest: dict[str, Finding] = {}
    for finding in findings:
        known = surest.get(finding.text)
        if known is None or known.confidence < finding.confidence:
            surest[finding.text] = finding
    return surest


def _mended_text(text: str, stray: Mapping[str, Finding]) -> str:
    return (stray[text].proposed or "") if text in stray else text


def _mend(column: ColumnTexts, stray: Mapping[str, Finding]) -> ColumnTexts:
    counts: Counter[str] = Counter()
    for text, count in column.counts.items():
        counts[_mended_text(text, stray)] += count
    return replace(column, counts={text: count for text, count in counts.items() if text})


def _combine(stray: Finding | None, found: Finding | None, text: str) -> Finding | None:
    """Return one finding for a text that may have had stray characters and more."""
    if stray is None or found is None:
        return stray or found
    reason = f"{stray.reason} {found.reason}"
    return replace(found, text=text, reason=reason)
