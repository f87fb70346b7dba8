"""Two looks at a judged partition: its columns against the contract, its cells by their quality."""

from collections.abc import Sequence

from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.assessing import Assessment, ColumnsCompared, Need, problems_of
from agent_worker.domain.cleaning import Repair
from agent_worker.domain.quality import quality_of

PROBLEMS_MAX = 12
"""Problems that an observation lists; the ones with most cells."""


def compare_columns(judged: JudgedTable) -> ActionOutcome:
    """Observe the partition's header beside the contract."""
    header, contract = judged.texts.dialect.header, judged.contract
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    compared = ColumnsCompared(
        rows=judged.texts.rows,
        broken_lines=judged.texts.broken_lines,
        columns=len(header),
        renamed=contract.renamed_in(header),
        missing=tuple(column.name for column, source in sources if source is None),
        unknown=contract.unknown_in(header),
    )
    return ActionOutcome(
        observation=compared.model_dump(mode="json"),
        data_quality_score=quality_of(judged.tally).score,
    )


def assess(judged: JudgedTable, kept: Sequence[Repair] = ()) -> ActionOutcome:
    """Observe how good the partition is once some repairs are applied."""
    tally = judged.tally
    counts = quality_of(tally, kept)
    assessment = Assessment(
        score=counts.score,
        dimensions={str(name): share for name, share in counts.dimensions.items()},
        problems=problems_of(tally)[:PROBLEMS_MAX],
        repairs={
            repair: Need(cells=tally.cells_for(repair), columns=tally.columns_for(repair))
            for repair in tally.needed_repairs()
            if repair not in kept
        },
        rows=tally.rows,
        rows_quarantined=tally.rows_quarantined,
        duplicates=tally.duplicates,
    )
    return ActionOutcome(
        observation=assessment.model_dump(mode="json"), data_quality_score=counts.score
    )
