"""Dirty tables made after the ways in which public collections are wrong, half of them held out.

Each module has two shapes that are wrong in the same ways: one that detectors may be tuned on, and
one of another subject, language and mixture that is only measured.
"""

from benchmarks.dirty_collections import (
    answers,
    bibliographies,
    entries,
    goods,
    institutions,
    orderly,
    residents,
)

TUNED = (
    institutions.clinics,
    goods.wines,
    bibliographies.papers,
    residents.persons,
    answers.census,
    entries.buyers,
    orderly.ledger,
)

HELD_OUT = (
    institutions.schools,
    goods.parts,
    bibliographies.theses,
    residents.voters,
    answers.meters,
    entries.concerts,
    orderly.payroll,
)
