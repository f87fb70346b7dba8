"""Validating a partition: judged like one that is cleaned, written down instead of mended."""

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.assessing import assess, compare_columns
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.partitions import judged_partition
from agent_worker.capabilities.rule_checks import prepare_rules
from agent_worker.capabilities.rule_sql import judged_columns
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.assessing import PROBLEMS
from agent_worker.domain.cleaning import CellClass
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import quality_of
from agent_worker.domain.rules.findings import RuleCount
from agent_worker.domain.rules.rule import Origin
from agent_worker.domain.validation import EXAMPLES_MAX, Example, PartitionFindings
from shared.contracts.vocabulary import ActionType, Contract, QualityScore

TEXT_CHARACTERS_MAX = 80
"""Longer texts are cut where they are shown as examples."""


class ValidateParameters(Contract):
    """What the task gives."""

    partition: Partition
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = ValidateParameters.model_validate(request.parameters).partition
    judged = judged_partition(workshop, request, partition)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return compare_columns(judged)
    if request.action is ActionType.VALIDATE_DATA:
        return assess(judged)
    return _write(judged, request, workshop, partition)


def _write(
    judged: JudgedTable, request: ActionRequest, workshop: Workshop, partition: Partition
) -> ActionOutcome:
    header, contract = judged.texts.dialect.header, judged.contract
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    findings = PartitionFindings(
        partition=partition,
        tally=judged.tally,
        rules=_asked(judged),
        broken_lines=judged.texts.broken_lines,
        missing_columns=tuple(column.name for column, source in sources if source is None),
        renamed_columns=contract.renamed_in(header),
        examples=_examples(judged),
    )
    score = quality_of(judged.tally).score
    summary = Outputs(workshop.store, request).write_document(f"summary:{partition.name}", findings)
    return written(
        Handover(
            artifacts=(summary,),
            facts={"rows_in": judged.tally.rows, "rows_usable": findings.rows_usable},
            score=score,
            quality_before=score,
        )
    )


def _asked(judged: JudgedTable) -> tuple[RuleCount, ...]:
    """Count all rules, with examples; proposed ones are asked here and nowhere else."""
    rows = judged.rows.filter("reason = ''")
    known = judged.tests.references
    proposed = prepare_rules(
        [rule for rule in judged.contract.rules if rule.origin is Origin.PROPOSED],
        rows,
        judged_columns(judged.contract),
        prefix=f"{judged.name}_proposed",
        references=known,
    )
    counts = judged.tests.show(rows, judged.tally.rules)
    suggested = proposed.show(rows, proposed.count(rows))
    proposed.drop(judged.texts.connection)
    return (*counts, *suggested)


def _examples(judged: JudgedTable) -> dict[str, dict[str, tuple[Example, ...]]]:
    return {
        column.column: _examples_of(judged, place)
        for place, column in enumerate(judged.tally.columns)
        if column.count(*PROBLEMS)
    }


def _examples_of(judged: JudgedTable, place: int) -> dict[str, tuple[Example, ...]]:
    """Show the most frequent texts of each problem of a column, the earlier of equals first."""
    classes = ", ".join(f"{cell_class:d}" for cell_class in PROBLEMS)
    shown = f"left(x, {TEXT_CHARACTERS_MAX})"
    cells = judged.texts.connection.sql(judged.column_query(place))
    counted = (
        cells.filter(f"reason = '' and k in ({classes})")
        .project(f"k, {shown} as x, line")
        .aggregate("k, x, count(*) as cells, min(line) as line", "k, x")
    )
    order = "row_number() over (partition by k order by cells desc, line) as place"
    first = counted.project(f"*, {order}").filter(f"place <= {EXAMPLES_MAX}").order("k, place")
    examples: dict[str, tuple[Example, ...]] = {}
    for cell_class, text, cells in first.project("k, x, cells").fetchall():
        problem = PROBLEMS[CellClass(cell_class)]
        examples[problem] = (*examples.get(problem, ()), Example(text=text, cells=cells))
    return examples
