"""Whatever is appended, repeated, killed or overtaken: the table holds each whole line once."""

import tempfile
from itertools import count
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.monitor import Monitor, report_of
from tests.unit.agent_worker.workbench import Workbench

FILES = 3
RUNS_MAX = 60
"""Runs after which everything has been taken, or never will be."""


class GrowingFolder(RuleBasedStateMachine):
    """A folder that somebody appends to while runs begin, die, commit late and commit again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Workbench(Path(self.folder.name))
        # So few rows that records are cut and runs are cut short all the time.
        options: Parameters = {"batch_rows": 3, "batches_max": 2}
        self.monitor = Monitor(self.bench, f"{self.bench.sources}/*.csv", options)
        self.numbers = count()
        self.whole: list[int] = []
        self.begun: dict[int, int] = {}
        """The number of the line that a file ends in the middle of."""
        self.runs: list[tuple[Parameters, list[Artifact]]] = []

    @rule(file=some.integers(0, FILES - 1), rows=some.integers(0, 8), is_cut=some.booleans())
    def append(self, file: int, rows: int, *, is_cut: bool) -> None:
        """Finish the line that was begun, add whole lines, perhaps begin another."""
        path = self.bench.sources / f"{file}.csv"
        text = "" if path.exists() else "id,name\n"
        if file in self.begun:
            self.whole.append(self.begun.pop(file))
            text += "ame\n"
        for _ in range(rows):
            self.whole.append(next(self.numbers))
            text += f"{self.whole[-1]},name\n"
        if is_cut:
            self.begun[file] = next(self.numbers)
            text += f"{self.begun[file]},n"
        with path.open("a") as log:
            log.write(text)

    @rule(runs=some.integers(1, 2))
    def begin(self, runs: int) -> None:
        """Do all of some runs but their commits: their agents may die now, or be slow."""
        for number in range(len(self.runs), len(self.runs) + runs):
            self.runs.append(self.monitor.prepare(f"run-{number}"))

    @precondition(lambda self: self.runs)
    @rule(latest=some.integers(1, 3), attempt=some.integers(1, 2))
    def commit(self, latest: int, attempt: int) -> None:
        """Carry out the commits of the latest runs, for the first time or again."""
        for number in range(len(self.runs))[-latest:]:
            report_of(self.monitor.commit(f"run-{number}", self.runs[number], attempt))

    def teardown(self) -> None:
        """Let runs come that nothing happens to, and look what is there."""
        for number in range(RUNS_MAX):
            if not self.monitor.run(f"last-{number}")["batches"]:
                break
        taken = self.monitor.column("id") if self.whole else []
        assert taken == sorted(self.whole)
        self.bench.workshop.connection.close()
        self.folder.cleanup()


TestGrowingFolder = GrowingFolder.TestCase
TestGrowingFolder.settings = settings(
    max_examples=5,
    stateful_step_count=12,
    deadline=None,
    # Real tables: to shrink a failure takes longer than a test may.
    phases=(Phase.reuse, Phase.generate),
)
