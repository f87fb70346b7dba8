"""Numbers with units, written in several ways: one of them is the column's, or the bare number.

`12 oz`, `12.0 OZ.` and `12 ounces` say the same. If more than half of a column's cells have one
form, the others are brought to it; if no form has, what they share is the number, and the unit
belongs to the column. Other units are converted where a factor is known (`1 hr. 5 min.` is 65 min).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from agent_worker.domain.formats import UNITS, conversion_factor
from agent_worker.domain.recipe import (
    VALUE_CHANGES_MAX,
    MapValues,
    RecipeStep,
    RewritePattern,
    StepAction,
    ValueChange,
)

QUANTITIES_SHARE_MIN = 0.95
"""Of the cells with a value, those that are quantities."""

FORMS_MAX = 30
"""Ways to write one unit; a column with more is no column of quantities."""

OWN_FORM_SHARE_MIN = 0.5
"""Of the cells, those whose form the others are brought to."""

ALIKE_FACTOR_MAX = 4.0
"""Numbers in two forms are of one unit if their medians differ by less: the field's own units
differ by more (a foot is 12 inches, 1 % is 0.01), and samples of one quantity by less."""

FORM_SHARE_MIN = 0.02
"""Of the cells, those that an unknown unit must have; rarer ones are slips behind a number."""

CELLS_MIN = 20
"""Fewer cells have no form of their own."""

SURE = 0.97
"""That a quantity means what its column's others mean."""

SYNONYMS = {
    "ounce": "oz", "fluid ounce": "oz", "floz": "oz", "pound": "lb", "lbs": "lb", "gram": "g",
    "kilogram": "kg", "kilo": "kg", "hour": "h", "hr": "h", "minute": "min", "mn": "min",
    "second": "s", "sec": "s", "day": "d", "meter": "m", "metre": "m", "kilometer": "km",
    "kilometre": "km", "centimeter": "cm", "centimetre": "cm", "millimeter": "mm", "mile": "mi",
    "foot": "ft", "feet": "ft", "yard": "yd", "percent": "%", "pct": "%", "year": "yr",
}  # fmt: skip
"""Names of units by other names of theirs, in the singular."""

PLURAL_LETTERS_MIN = 3
"""Of a unit's name that ends with s; `s` and `ms` are no plurals."""

RESIDUE_DIGITS_MIN = 5
"""That rounding to twelve digits takes off; numbers as people write them are not so long."""

KNOWN_UNITS = {"", *UNITS, *SYNONYMS.values()}

_PART = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\W\d_][^\d]*?|%|°[CF]?|[$€£])?[,;]?\s*(?=\d|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A text that is a number with a unit, or several of such that add up."""

    parts: tuple[tuple[float, str], ...]
    """Numbers, each with its unit's name; empty where it has none."""
    number: str
    """The digits, of a quantity of one part."""
    form: str
    """What is written around the number; `#` and a unit's name for each part of several."""


def read_quantity(text: str) -> Quantity | None:
    """Return the quantity that a text is, or None."""
    parts = list(_PART.finditer(text))
    if not parts or "".join(part.group() for part in parts) != text:
        return None
    measured = tuple((float(part[1]), unit_named(part[2] or "")) for part in parts)
    if parts[:1] == parts:
        return Quantity(measured, parts[0][1], text[parts[0].end(1) :])
    if not all(unit for _, unit in measured):
        return None
    return Quantity(measured, "", "#" + "+".join(unit for _, unit in measured))


def unit_named(suffix: str) -> str:
    """Return a unit's name for what stands behind a number."""
    word = suffix.strip().rstrip(".").lower().replace(".", "")
    first = word.split(" ")[0]
    # `16 oz. Can`: the remark behind a unit that is known is none of it.
    if first != word and unit_named(first) in KNOWN_UNITS:
        return unit_named(first)
    singular = (
        word[:-1]
        if len(word) >= PLURAL_LETTERS_MIN and word.endswith("s") and word not in UNITS
        else word
    )
    return SYNONYMS.get(word, SYNONYMS.get(singular, singular))


def _rounded(number: str) -> str:
    """Return a number without the residue that binary arithmetic leaves: 0.082 for 0.08199999…9."""
    shorter = f"{float(number or 0):.12g}"
    return shorter if len(shorter) + RESIDUE_DIGITS_MIN <= len(number) else number


def judge_quantities(column: str, counts: Mapping[str, int]) -> Sequence[RecipeStep]:
    """Return the steps that bring a column's texts, each with its cells, to one form."""
    cells = sum(counts.values())
    read, forms = _read(counts, cells)
    is_column = forms.total() >= max(QUANTITIES_SHARE_MIN * cells, CELLS_MIN)
    if not is_column or not 1 < len(forms) <= FORMS_MAX or not any(map(str.strip, forms)):
        return []
    usual = min(forms, key=lambda form: (-forms[form], form))
    is_own = forms[usual] > OWN_FORM_SHARE_MIN * cells and not usual.startswith("#")
    target = usual if is_own else ""
    unit = _unit_of(usual if usual.strip() else _next_form(forms, usual))
    rivals = {
        form: [text for text in read if read[text].form == form] for form in forms if form != target
    }
    measured = _medians(read, counts)
    same = sorted(
        form
        for form in rivals
        if not form.startswith("#")
        and _unit_of(form) in {unit, ""}
        and _are_alike(measured[form], measured.get(target, measured[usual]))
    )
    wanted = _Wanted(column, unit, target, _told(column, forms, target))
    others = {
        text: quantity
        for text, quantity in read.items()
        if quantity.form != target
        if (
            _rounded(quantity.number) != quantity.number
            if quantity.form in same
            else unit not in {each for _, each in quantity.parts} or not quantity.number
        )
    }
    rewritten = [_rewritten(wanted, same, sum(forms[form] for form in same))] if same else []
    return [*_converted(wanted, others, counts), *rewritten]


def _read(counts: Mapping[str, int], cells: int) -> tuple[dict[str, Quantity], Counter[str]]:
    """Return the texts that are quantities, and how many cells each form has."""
    read = {text: quantity for text in counts if (quantity := read_quantity(text))}
    forms: Counter[str] = Counter()
    for text, quantity in read.items():
        forms[quantity.form] += counts[text]
    units = {text: {unit for _, unit in quantity.parts} for text, quantity in read.items()}
    known = {
        text: quantity
        for text, quantity in read.items()
        if units[text] <= KNOWN_UNITS or forms[quantity.form] >= FORM_SHARE_MIN * cells
    }
    usual = {quantity.form for quantity in known.values()}
    return known, Counter({form: forms[form] for form in forms if form in usual})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a column's quantities are to be."""

    column: str
    unit: str
    form: str
    told: str


def _next_form(forms: Counter[str], usual: str) -> str:
    return min((form for form in forms if form != usual), key=lambda form: (-forms[form], form))


def _unit_of(form: str) -> str:
    return "" if form.startswith("#") else unit_named(form)


def _medians(read: Mapping[str, Quantity], counts: Mapping[str, int]) -> dict[str, float]:
    numbers: dict[str, list[float]] = {}
    for text, quantity in read.items():
        numbers.setdefault(quantity.form, []).extend(
            [quantity.parts[0][0]] * min(counts[text], 100)
        )
    return {form: median(found) for form, found in numbers.items()}


def _are_alike(first: float, second: float) -> bool:
    low, high = sorted((abs(first), abs(second)))
    return high <= ALIKE_FACTOR_MAX * low


def _rewritten(wanted: _Wanted, forms: Sequence[str], cells: int) -> RewritePattern:
    """Return the step for forms that differ from the wanted one only around the number."""
    ways = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    number = r"([+-]?[0-9]+(?:\.[0-9]+)?)"
    if not wanted.form:
        # Where no form is the column's own, 12.0 oz and 12 oz are to become one number.
        number = r"([+-]?[0-9]+(?:\.[0-9]*[1-9])?)(?:\.?0*)"
    return RewritePattern(
        column=wanted.column,
        action=StepAction.REPAIRED,
        support=0,
        changes=cells,
        confidence=SURE,
        reason=wanted.told,
        pattern=f"{number}(?:{ways})",
        replacement="\\1" + wanted.form,
    )


def _converted(
    wanted: _Wanted, read: Mapping[str, Quantity], counts: Mapping[str, int]
) -> Sequence[MapValues]:
    """Return the step for quantities in other units, or of several parts."""
    changes = [
        ValueChange(old=text, new=f"{total:.12g}{wanted.form}")
        for text, quantity in sorted(read.items())
        if (total := _total(quantity, wanted.unit)) is not None
    ]
    if not changes or len(changes) > VALUE_CHANGES_MAX:
        return []
    step = MapValues(
        column=wanted.column,
        action=StepAction.REPAIRED,
        support=0,
        changes=sum(counts[change.old] for change in changes),
        confidence=SURE,
        reason=wanted.told,
        values=tuple(changes),
    )
    return [step]


def _total(quantity: Quantity, unit: str) -> float | None:
    """Return the sum of the parts in a unit, if all are of its kind."""
    total = 0.0
    for number, each in quantity.parts:
        factor = 1.0 if each == unit else None
        if factor is None and each in UNITS and unit in UNITS:
            factor = conversion_factor(each, unit)
        if factor is None:
            return None
        total += number * factor
    return total


def _told(column: str, forms: Counter[str], target: str) -> str:
    said = ", ".join(
        f"{cells} as `12{form}`" if not form.startswith("#") else f"{cells} in parts ({form[1:]})"
        for form, cells in forms.most_common(4)
    )
    wanted = f"`12{target}`, as most are" if target.strip() or forms[""] else "the bare number"
    return f"`{column}` writes one quantity in {len(forms)} ways ({said}); it is to be {wanted}."
