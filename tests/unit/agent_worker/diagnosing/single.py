"""Columns for the tests of what is wrong in a single one."""

from collections import Counter
from collections.abc import Iterable, Mapping

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, Lexicon
from agent_worker.domain.recipe import StepAction

CITIES = (
    "Aachen", "Berlin", "Bremen", "Cottbus", "Dresden", "Essen", "Fulda", "Gera", "Halle",
    "Ingolstadt", "Jena", "Kassel", "Landau", "Mainz", "Nordhausen", "Offenburg", "Passau",
    "Regensburg", "Stuttgart", "Trier", "Ulm", "Villingen", "Weimar", "Xanten", "Zwickau",
)  # fmt: skip
"""Twenty-five names with nothing wrong."""


def column(
    texts: Iterable[str], name: str = "values", lexicon: Lexicon | None = None
) -> ColumnTexts:
    """Return the column of these cells."""
    return ColumnTexts(name, Counter(texts), lexicon or {})


def repairs(findings: Iterable[Finding]) -> Mapping[str, str | None]:
    """Return what is to replace what."""
    return {each.text: each.proposed for each in findings if each.action is StepAction.REPAIRED}


def suspects(findings: Iterable[Finding]) -> set[str]:
    """Return the texts that are only suspected."""
    return {each.text for each in findings if each.action is StepAction.SUSPECTED}
