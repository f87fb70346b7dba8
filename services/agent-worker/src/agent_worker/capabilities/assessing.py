"""Two looks at a judged partition: its columns against the contract, its cells by their quality."""

from collections.abc import Sequence

from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.mend_trials import judge_steps, worth_telling
from agent_worker.capabilities.mending import MendedRows, columns_mended
from agent_worker.capabilities.ways_written import ways_of
from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.assessing import Assessment, ColumnsCompared, Need, problems_of
from agent_worker.domain.cleaning import CellClass, Repair
from agent_worker.domain.mending import StepTrial, batches_of
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import quality_of
from agent_worker.domain.recipe import StepAction
from agent_worker.domain.summary import Mended

PROBLEMS_MAX = 12
"""Problems that an observation lists; the ones with most cells."""


def compare_columns(judged: JudgedTable, partition: Partition | None = None) -> ActionOutcome:
    """Observe the header beside the contract, and its recipe if a partition is to be mended."""
    header, contract = judged.texts.dialect.header, judged.contract
    learning = None if partition is None else contract.learning
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    compared = ColumnsCompared(
        rows=judged.texts.rows,
        broken_lines=judged.texts.broken_lines,
        columns=len(header),
        renamed=contract.renamed_in(header),
        missing=tuple(column.name for column, source in sources if source is None),
        unknown=contract.unknown_in(header),
        batches=() if partition is None else batches_of(contract.recipe.steps),
        learnt_rows=0 if learning is None else learning.rows,
        is_unseen=learning is not None
        and partition is not None
        and partition.uri not in learning.partitions,
    )
    return ActionOutcome(
        observation=compared.model_dump(mode="json"),
        data_quality_score=quality_of(judged.tally).score,
    )


def assess(
    judged: JudgedTable, kept: Sequence[Repair] = (), mended: MendedRows | None = None
) -> ActionOutcome:
    """Observe how good the partition is once some repairs, and a recipe, are applied."""
    tally = judged.tally
    actions: dict[str, int] = {}
    trials: tuple[StepTrial, ...] = ()
    score_known: float | None = None
    if mended is not None:
        changes = mended.changes()
        found = Mended(columns=columns_mended(judged, changes))
        score_known = quality_of(found.in_tally(tally, is_done=False)).score
        tally = found.in_tally(tally, is_done=True)
        # What a word for a missing value hides is on record already, as that word.
        told = changes.filter(f"action <> 'suspected' or known <> {CellClass.TOKEN:d}")
        actions = dict(told.aggregate("action, count(*)", "action").fetchall())
        trials = judge_steps(mended, rows=judged.texts.rows)
    counts = quality_of(tally, kept)
    assessment = Assessment(
        score=counts.score,
        dimensions={str(name): share for name, share in counts.dimensions.items()},
        problems=problems_of(tally)[:PROBLEMS_MAX],
        repairs={
            repair: _need(judged, repair) for repair in tally.needed_repairs() if repair not in kept
        },
        rows=tally.rows,
        rows_quarantined=tally.rows_quarantined,
        duplicates=tally.duplicates,
        mending=worth_telling(trials),
        mended=actions.get(StepAction.REPAIRED, 0),
        suspected=actions.get(StepAction.SUSPECTED, 0),
        score_known=score_known,
    )
    return ActionOutcome(
        observation=assessment.model_dump(mode="json"), data_quality_score=counts.score
    )


def _need(judged: JudgedTable, repair: Repair) -> Need:
    tally = judged.tally
    return Need(
        cells=tally.cells_for(repair),
        columns=tally.columns_for(repair),
        ways=ways_of(judged, repair),
    )
