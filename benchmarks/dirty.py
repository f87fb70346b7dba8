"""How many wrong cells `argosy clean` finds and mends, with no label and no hint.

`python -m benchmarks.dirty [--data FOLDER] [TABLE …]`: for every folder below FOLDER that has
dirty.csv and clean.csv, aligned cell by cell, and for generated tables of other shapes. Each file
goes the whole way of the command: profile, contract, reading, diagnosing, mending, record of
changes. Nothing of clean.csv is seen before the score.
"""

import argparse
import csv
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean

from argosy.clean_outputs import Output
from argosy.clean_run import Cleaning, Manner, run_cleaning
from benchmarks.dirty_collections import HELD_OUT, TUNED
from tests.support.dirty_tables import SHAPES, DirtyTable

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "dirty"
"""Where collections of tables with known errors lie, beside the project."""

TIME_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y")

MADE = {
    "Tables made by tests/support/dirty_tables.py": SHAPES,
    "Tables made after public collections, to tune on": TUNED,
    "Tables made after public collections, held out": HELD_OUT,
}

Reader = Callable[[str], object]
"""What a cell is taken for: its text, or its value."""

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the record of changes."""

    cell: Cell
    new: str
    is_repaired: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Of what was found, the right share; and of what there was to find, the found one."""

    precision: float
    recall: float

    @property
    def harmonic(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        """Return the three as they stand in the table."""
        return f"{self.precision:.3f} {self.recall:.3f} {self.harmonic:.3f}"


@dataclass(frozen=True, slots=True)
class Score:
    """What came of a table, its cells taken for texts or for values."""

    wrong: int
    detection: Rates
    repair: Rates
    proposals: Rates
    """As if every proposal of a suspected cell had been accepted."""
    harm: float
    """Of the right cells, those that a repair changed."""


def text_of(cell: str) -> object:
    """Return the cell as it is written."""
    return cell


def value_of(cell: str) -> object:
    """Return the number or time that a cell is; a code with zeros in front is neither."""
    text = cell.strip()
    if re.fullmatch(r"[+-]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]+)?", text):
        return float(text.replace(",", ""))
    for known in TIME_FORMATS:
        try:
            return datetime.strptime(text, known)  # noqa: DTZ007 - compared with each other only
        except ValueError:
            continue
    return text


def score(table: DirtyTable, changes: Sequence[Change], read: Reader) -> Score:
    """Compare what was changed with what should have been."""
    cells = list(_cells(table))
    wrong = {cell: truth for cell, old, truth in cells if read(old) != read(truth)}
    truths = {cell: truth for cell, _, truth in cells}
    # A change that says the same in other letters is none where values are compared.
    told = (
        [each for each in changes if read(_old(table, each.cell)) != read(each.new)]
        if (read is value_of)
        else list(changes)
    )
    repaired = [each for each in told if each.is_repaired]
    found = {each.cell for each in told}
    right = [each for each in repaired if _mends(each, wrong, read)]
    proposed = [each for each in told if _mends(each, wrong, read)]
    harmed = [
        each
        for each in repaired
        if each.cell not in wrong and read(each.new) != read(truths[each.cell])
    ]
    return Score(
        len(wrong),
        _rates(len(found & wrong.keys()), len(found), len(wrong)),
        _rates(len(right), len(repaired), len(wrong)),
        _rates(len(proposed), len(told), len(wrong)),
        len(harmed) / max(len(cells) - len(wrong), 1),
    )


def _mends(change: Change, wrong: dict[Cell, str], read: Reader) -> bool:
    return change.cell in wrong and read(change.new) == read(wrong[change.cell])


def _rates(hits: int, found: int, there: int) -> Rates:
    return Rates(hits / found if found else 1.0, hits / there if there else 1.0)


def _old(table: DirtyTable, cell: Cell) -> str:
    return table.dirty[cell[0]][cell[1]]


def _cells(table: DirtyTable) -> Iterator[tuple[Cell, str, str]]:
    for row, (dirty, clean) in enumerate(zip(table.dirty, table.clean, strict=True)):
        for place, (old, truth) in enumerate(zip(dirty, clean, strict=True)):
            yield (row, place), old, truth


@dataclass(frozen=True, slots=True)
class Run:
    """What the command made of a table."""

    changes: tuple[Change, ...]
    estimate: float
    """The share of cells that are right, as the report estimates it."""
    is_doubtful: bool
    """The report says that its estimate is of low confidence."""
    quality: float
    """Its own score before anything was repaired."""
    seconds: float


def clean(table: DirtyTable) -> Run:
    """Clean a table as the command does."""
    with tempfile.TemporaryDirectory() as folder:
        source, record, report = (
            Path(folder) / name for name in (f"{table.name}.csv", "changes.csv", "report.json")
        )
        with source.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([table.header, *table.dirty])
        began = time.perf_counter()
        outputs = {Output.CHANGES: record, Output.REPORT: report}
        run_cleaning(Cleaning(source), Manner(), outputs, None)
        seconds = time.perf_counter() - began
        told = json.loads(report.read_text(encoding="utf-8"))
        with record.open(encoding="utf-8", newline="") as opened:
            changes = tuple(_changes(csv.DictReader(opened), table.header))
    known = told["cell_accuracy"]
    score = told["quality_before"]["score"]
    return Run(changes, known["before"], bool(known["doubts"]), score, seconds)


def _changes(lines: Iterable[dict[str, str]], header: tuple[str, ...]) -> Iterator[Change]:
    for line in lines:
        cell = int(line["row"]), header.index(line["column"])
        yield Change(cell, line["new"], line["action"] == "repaired")


def load(folder: Path) -> DirtyTable:
    """Read a collection's table; the names of its columns may differ between the two files."""
    (header, *dirty), (_, *truth) = (_rows(folder / f"{name}.csv") for name in ("dirty", "clean"))
    return DirtyTable(folder.name, tuple(header), dirty, truth)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def measure(table: DirtyTable) -> Score:
    """Clean a table, print its lines, and return its score by texts."""
    run = clean(table)
    by_text = score(table, run.changes, text_of)
    for name, each in (("raw", by_text), ("value", score(table, run.changes, value_of))):
        print(
            f"{table.name:12} {name:5} {each.wrong:6}   {each.detection}   {each.repair}   "
            f"{each.proposals.harmonic:.3f}   {each.harm:.3%}",
            flush=True,
        )
    cells = len(table.dirty) * len(table.header)
    print(
        f"{'':12} cell accuracy {1 - by_text.wrong / cells:.4f}, estimated {run.estimate:.4f}"
        f"{' with low confidence' * run.is_doubtful}; "
        f"own score {run.quality:.4f}; {run.seconds:.1f} s",
        flush=True,
    )
    return by_text


def _measure_all(title: str, tables: Sequence[DirtyTable]) -> None:
    print(f"\n{title}")
    print(f"{'table':12} cells  wrong   detection P R F1    repair P R F1       if proposals  harm")
    scores = [measure(table) for table in tables]
    print(
        f"{'mean':12} detection F1 {fmean(each.detection.harmonic for each in scores):.3f}, "
        f"repair F1 {fmean(each.repair.harmonic for each in scores):.3f}, "
        f"largest harm {max(each.harm for each in scores):.3%}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of folders of tables")
    parser.add_argument("table", nargs="*", help="names of tables; all without")
    asked = parser.parse_args(sys.argv[1:])
    folders = sorted(path.parent for path in asked.data.glob("*/dirty.csv"))
    if not folders:
        print(
            f"No tables below {asked.data}: give --data FOLDER, with */dirty.csv and */clean.csv."
        )
    collected = [load(each) for each in folders if not asked.table or each.name in asked.table]
    if collected:
        _measure_all("Tables that others collected", collected)
    for title, shapes in MADE.items():
        made = [shape() for shape in shapes if not asked.table or shape.__name__ in asked.table]
        if made:
            _measure_all(title, made)


if __name__ == "__main__":
    main()
