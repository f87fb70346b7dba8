"""Trying a repair on a sample: what it does to the score, and whether what it makes looks right."""

from collections.abc import Collection

from agent_worker.capabilities.judged_table import JudgedTable, Sample
from agent_worker.domain.cleaning import REPAIR_OF, RESPELLED, CellClass, Experiment, Repair
from agent_worker.domain.quality import quality_of

EXAMPLES_MAX = 3


def try_repair(judged: JudgedTable, repair: Repair, kept: Collection[Repair]) -> Experiment:
    """Measure what the repair does to a sample that the kept ones are applied to."""
    sample = _sample_for(judged, repair)
    plausible, comparable = _compare(judged, repair, sample)
    return Experiment(
        repair=repair,
        columns=sample.tally.columns_for(repair),
        rows=sample.tally.rows,
        cells=sample.tally.cells_for(repair),
        plausible=plausible,
        comparable=comparable,
        score_before=quality_of(sample.tally, kept).score,
        score_after=quality_of(sample.tally, {*kept, repair}).score,
        examples=_examples(repair, sample),
    )


def _sample_for(judged: JudgedTable, repair: Repair) -> Sample:
    """Take all rows where a sample would miss what the repair is for: copies lie far apart."""
    if repair is Repair.DROP_DUPLICATES or not judged.sample.tally.cells_for(repair):
        return judged.whole
    return judged.sample


def _compare(judged: JudgedTable, repair: Repair, sample: Sample) -> tuple[int, int]:
    """Count the respelled cells that lie near right ones, and those that can be compared."""
    comparable = [
        (place, cell_class)
        for place, column in enumerate(sample.tally.columns)
        for cell_class in RESPELLED
        if REPAIR_OF[cell_class] is repair and column.count(cell_class)
        if column.count(CellClass.RIGHT)
    ]
    if not comparable:
        return 0, 0
    right = f"{CellClass.RIGHT:d}"
    bounds = [
        f"{extreme}({_number(place, judged)}) filter (where k{place} = {right}) over ()"
        f" as {extreme}{place}"
        for place, _ in comparable
        for extreme in ("min", "max")
    ]
    # Data that changed its writing goes on where it was: the range is allowed to double both ways.
    inside = [
        f"count(*) filter (r{place} = {cell_class:d}),"
        f" count(*) filter (r{place} = {cell_class:d} and {_number(place, judged)}"
        f" between 2 * min{place} - max{place} and 2 * max{place} - min{place})"
        for place, cell_class in comparable
    ]
    usable = sample.rows.filter("reason = ''").project(", ".join(("*", *bounds)))
    counts = usable.aggregate(", ".join(inside)).fetchall()[0]
    return sum(counts[1::2]), sum(counts[::2])


def _number(place: int, judged: JudgedTable) -> str:
    """Return a column's value as a number that can be compared with a range."""
    if judged.contract.columns[place].data_type.is_time:
        return f"epoch(v{place})"
    return f"cast(v{place} as double)"


def _examples(repair: Repair, sample: Sample) -> tuple[tuple[str, str], ...]:
    """Show a text before and a value after for each of the first columns that are mended."""
    mended = [known for known in REPAIR_OF if REPAIR_OF[known] is repair]
    places = [place for place, column in enumerate(sample.tally.columns) if column.count(*mended)][
        :EXAMPLES_MAX
    ]
    if not places:
        return ()
    classes = ", ".join(f"{known:d}" for known in mended)
    shown = [
        f"first(struct_pack(x := x{place}, v := coalesce(cast(v{place} as varchar), 'missing'))"
        f" order by x{place} = coalesce(cast(v{place} as varchar), ''), line)"
        f" filter (k{place} in ({classes}))"
        for place in places
    ]
    found = sample.rows.filter("reason = ''").aggregate(", ".join(shown)).fetchall()[0]
    return tuple(
        (f"{sample.tally.columns[place].column} {example['x']}", example["v"])
        for place, example in zip(places, found, strict=True)
    )
