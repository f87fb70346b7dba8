"""What a look at a partition brings to light, and how an agent puts it into words."""

from pydantic import Field

from agent_worker.domain.cleaning import CellClass, PartitionTally, Repair
from agent_worker.domain.mending import Batch, StepTrial
from shared.contracts.vocabulary import Contract, QualityScore

PROBLEMS = {
    CellClass.TOKEN: "missing by a word for it",
    CellClass.FORMAT: "in another time format",
    CellClass.UNIT: "written with a unit",
    CellClass.PREFIX: "glued to another column's",
    CellClass.NUMBER: "numbers written oddly",
    CellClass.UNREADABLE: "not of the column's type",
    CellClass.IMPLAUSIBLE: "impossible",
}
"""What is wrong with the cells of a class, in words that follow `values are`."""

MISNAMED = "under another name"
"""What is wrong with all cells of a column that the source calls otherwise."""


class ColumnsCompared(Contract):
    """A partition's header against the contract."""

    rows: int
    broken_lines: int
    columns: int
    renamed: dict[str, str]
    """The file's name of a column, and the contract's."""
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    batches: tuple[Batch, ...] = ()
    """The contract's recipe, as it is tried here."""
    learnt_rows: int = 0
    """What the recipe was learnt on."""
    is_unseen: bool = False
    """Whether nobody looked at this partition when the recipe was learnt."""


class Problem(Contract):
    """Cells of one column that share one thing that is wrong."""

    column: str
    problem: str
    """What is wrong, in words that follow `values are`."""
    cells: int


class Need(Contract):
    """What a repair would touch."""

    cells: int
    columns: tuple[str, ...]
    """None for repairs of whole rows."""
    ways: dict[str, int] = Field(default_factory=dict)
    """How most of the cells are written: formats, units or texts, each with its cells."""


class Assessment(Contract):
    """How good a partition is with some repairs applied, and what could still be repaired."""

    score: QualityScore
    dimensions: dict[str, float]
    problems: tuple[Problem, ...]
    """The ones with most cells."""
    repairs: dict[Repair, Need]
    """The repairs that have something to do, in the order in which they are tried."""
    rows: int
    rows_quarantined: int
    duplicates: int
    mending: tuple[StepTrial, ...] = ()
    """What the recipe's steps find in all rows, where it is applied."""
    mended: int = 0
    suspected: int = 0
    """Cells that the recipe changes, and those that it only points at."""
    score_known: QualityScore | None = None
    """What the score was at first, by what is known to be wrong now."""


def problems_of(tally: PartitionTally) -> tuple[Problem, ...]:
    """Return all that is wrong with single cells, what most of them have first."""
    found = [
        Problem(column=column.column, problem=PROBLEMS[cell_class], cells=cells)
        for column in tally.columns
        for cell_class, cells in column.cells.items()
        if cell_class in PROBLEMS
    ]
    found += [
        Problem(column=column.column, problem=MISNAMED, cells=sum(column.cells.values()))
        for column in tally.columns
        if column.renamed
    ]
    return tuple(sorted(found, key=lambda problem: -problem.cells))


def told_columns(seen: ColumnsCompared) -> str:
    """Tell how a partition's columns compare with the contract's."""
    said = [f"{seen.rows} rows and {seen.broken_lines} lines that are no rows."]
    for theirs, ours in seen.renamed.items():
        said.append(f"`{theirs}` is what the contract calls `{ours}`.")
    if seen.missing:
        said.append(f"{', '.join(seen.missing)} is not there at all and will be empty.")
    if seen.unknown:
        said.append(f"{', '.join(seen.unknown)} is not in the contract and is left out.")
    return " ".join(said)


def told_quality(found: Assessment) -> str:
    """Tell the score, what lowers it most, and the worst columns."""
    worst = "; ".join(
        f"{problem.cells} of {found.rows} values of `{problem.column}` are {problem.problem}"
        for problem in found.problems[:3]
    )
    weakest = min(found.dimensions, key=lambda name: found.dimensions[name])
    return (
        f"The score is {found.score:.4f}, {weakest} is the weakest with "
        f"{found.dimensions[weakest]:.4f}. {worst or 'Nothing is wrong with single values'}."
    )
