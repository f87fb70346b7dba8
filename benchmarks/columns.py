"""How many wrong cells of single columns are found and mended, and how many right ones are accused.

`python -m benchmarks.columns [--half tuning|held-out|all] [--columns N] [--seed N] [--explain]`
`[--data FOLDER] [--tables FOLDER]`: columns are made up, some get one to three mistakes of one
kind, most get none. `--data` has tables with a clean.csv, whose columns are clean ones too;
`--tables` has any CSV files (NA means empty there), whose columns are only looked at for false
alarms. `--explain` prints what was found wrongly, and what was not found or not mended right.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from agent_worker.capabilities.diagnosing.lexicon import load_lexicon
from agent_worker.domain.diagnosing.column_texts import Finding
from agent_worker.domain.diagnosing.single_column import find_errors
from agent_worker.domain.recipe import StepAction
from benchmarks.spreadsheet_columns.errors import FAULTS, FOREIGN, inject
from benchmarks.spreadsheet_columns.kinds import halves
from benchmarks.spreadsheet_columns.made_up import Kind

ERRORS_MAX = 3
ROWS_MAX = 1_000
CLEAN_COLUMNS = 20
"""Of each kind; a tenth of a column's chance to be false would show."""


@dataclass
class Score:
    """What was found of one kind of mistakes."""

    wrong: int = 0
    found: int = 0
    accused: int = 0
    mended: int = 0
    mended_right: int = 0
    proposed_right: int = 0
    missed: list[str] = field(default_factory=list[str])

    def add(self, where: str, findings: Sequence[Finding], truth: dict[str, str]) -> None:
        """Count the findings of one column."""
        found = {finding.text: finding for finding in findings}
        self.wrong += len(truth)
        self.found += len(found.keys() & truth.keys())
        self.accused += len(found.keys() - truth.keys())
        for text, right in truth.items():
            if text not in found:
                self.missed.append(f"{where}: {text!r} for {right!r}")
                continue
            finding = found[text]
            is_mended = finding.action is StepAction.REPAIRED and finding.proposed is not None
            self.mended += is_mended
            self.mended_right += is_mended and finding.proposed == right
            if is_mended and finding.proposed != right:
                self.missed.append(f"{where}: {finding.proposed!r} for {right!r}, {finding.reason}")
            self.proposed_right += finding.proposed == right

    def line(self, name: str) -> str:
        """Return the figures as a line of the table."""
        precision = self.found / (self.found + self.accused or 1)
        recall = self.found / (self.wrong or 1)
        harmony = 2 * precision * recall / (precision + recall or 1)
        right = self.mended_right / (self.mended or 1)
        return (
            f"{name:18} {self.wrong:6} {precision:9.3f} {recall:7.3f} {harmony:6.3f} "
            f"{self.mended:7} {right:9.3f} {self.mended_right / (self.wrong or 1):7.3f} "
            f"{self.proposed_right / (self.wrong or 1):9.3f}"
        )


def judge(name: str, texts: Sequence[str]) -> Sequence[Finding]:
    """Return what the detectors find in a column."""
    return find_errors(name, Counter(text for text in texts if text), load_lexicon())


def faulty_columns(
    kinds: Sequence[Kind], columns: int, seed: int
) -> Iterator[tuple[str, str, list[str], dict[str, str]]]:
    """Yield columns with mistakes: the mistake, the kind, the texts, the truth."""
    chance = Random(seed)  # noqa: S311 -- made up, not secret
    for fault in FAULTS:
        for kind in kinds:
            for _ in range(columns):
                texts = kind.column(chance)
                wrong, truth = inject(texts, fault.make, chance, chance.randint(1, ERRORS_MAX))
                if truth:
                    yield fault.name, kind.name, wrong, truth
    for kind in kinds:
        for _ in range(columns):
            stranger = chance.choice(kinds)
            text = stranger.make(chance)
            texts = kind.column(chance)
            wrong, truth = inject(texts, lambda _text, _chance, made=text: made, chance)
            if stranger is not kind and truth:
                yield FOREIGN, kind.name, wrong, truth


def clean_columns(
    kinds: Sequence[Kind], folder: Path, seed: int
) -> Iterator[tuple[str, list[str]]]:
    """Yield columns without mistakes, made up and of the tables' clean versions."""
    chance = Random(seed + 1)  # noqa: S311 -- made up, not secret
    for kind in kinds:
        for _ in range(CLEAN_COLUMNS):
            yield kind.name, kind.column(chance)
    for path in sorted(folder.glob("*/clean.csv")):
        for name, texts in columns_of(path, sys.maxsize):
            for _ in range(CLEAN_COLUMNS):
                length = min(len(texts), chance.randint(20, ROWS_MAX))
                start = chance.randrange(len(texts) - length + 1)
                yield f"{path.parent.name}.{name}", texts[start : start + length]


def columns_of(path: Path, rows_max: int = ROWS_MAX) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of a CSV file with a header."""
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        rows = [row for row, _ in zip(csv.reader(lines), range(rows_max + 1), strict=False)]
    for place, name in enumerate(rows[0] if rows else ()):
        yield name, [row[place] for row in rows[1:] if len(row) > place and row[place] != "NA"]


def look_for_alarms(columns: Iterator[tuple[str, list[str]]], *, explain: bool) -> None:
    """Print how many columns without mistakes are accused, and of what."""
    alarms: Counter[str] = Counter()
    said: list[str] = []
    total = 0
    for name, texts in columns:
        total += 1
        findings = judge(name, texts)
        alarms.update({finding.kind for finding in findings})
        if findings:
            said.append(f"  {name}: {findings[0].reason} ({findings[0].kind}, {len(findings)})")
    share = 1_000 * len(said) / (total or 1)
    print(f"false alarms in {len(said)} of {total} clean columns, {share:.1f} per 1000")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in alarms.most_common()))
    if explain:
        print("\n".join(said))


def look_for_mistakes(kinds: Sequence[Kind], columns: int, seed: int, *, explain: bool) -> None:
    """Print how many mistakes of each kind are found and mended."""
    scores: dict[str, Score] = {}
    whole = Score()
    for fault, kind, texts, truth in faulty_columns(kinds, columns, seed):
        findings = judge(kind, texts)
        for score in (scores.setdefault(fault, Score()), whole):
            score.add(kind, findings, truth)
    print(
        f"{'mistake':18} {'wrong':>6} precision  recall     F1  mended precision  recall proposals"
    )
    for fault, score in scores.items():
        print(score.line(fault))
        if explain:
            print(
                "\n".join(
                    f"    missed {line}" for line in score.missed[:: len(score.missed) // 25 + 1]
                )
            )
    print(whole.line("all"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("tuning", "held-out", "all"), default="all")
    parser.add_argument("--columns", type=int, default=3, help="of each kind and mistake")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dirty"))
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--explain", action="store_true")
    asked = parser.parse_args()
    began = time.perf_counter()
    if asked.tables:
        paths = sorted(asked.tables.glob("*.csv"))
        columns = (
            (f"{path.stem}.{name}", texts) for path in paths for name, texts in columns_of(path)
        )
        look_for_alarms(columns, explain=asked.explain)
        return
    tuning, held_out = halves()
    kinds = {"tuning": tuning, "held-out": held_out, "all": tuning + held_out}[asked.half]
    look_for_alarms(clean_columns(kinds, asked.data, asked.seed), explain=asked.explain)
    look_for_mistakes(kinds, asked.columns, asked.seed, explain=asked.explain)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
