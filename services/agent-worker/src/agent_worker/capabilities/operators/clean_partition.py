"""Cleaning a partition: compare, measure, try repairs on samples, write what came of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb

from agent_worker.capabilities.artifacts import Outputs, read_document
from agent_worker.capabilities.assessing import assess, compare_columns
from agent_worker.capabilities.cell_changes import drop_changes, stored_changes
from agent_worker.capabilities.experiments import try_repair
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.learning import diagnose_own
from agent_worker.capabilities.mend_trials import try_batch
from agent_worker.capabilities.mending import (
    MendedRows,
    mend_whole,
    mended_of,
    repaired_cells,
)
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.partitions import judged_partition
from agent_worker.capabilities.reporting import Applied, details_of
from agent_worker.capabilities.row_digests import count_and_hash
from agent_worker.capabilities.rule_enforcing import Enforced, enforce_rules
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.cleaning_progress import (
    AssessmentInput,
    DiagnosisInput,
    MendInput,
    OwnDiagnosis,
    TransformInput,
)
from agent_worker.domain.mending import Choice, batches_of
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import quality_of
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.summary import CleanRows, Mended, PartitionSummary, summarize
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters, QualityScore

REASONS_MAX = 4
"""Sentences of an own diagnosis that a thought has room for; the recipe has them all."""


class CleanParameters(Contract):
    """What the task gives."""

    partition: Partition
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = CleanParameters.model_validate(request.parameters).partition
    cleaning = Cleaning(
        judged_partition(workshop, request, partition), partition, request, workshop
    )
    given = request.action_input
    match request.action:
        case ActionType.ANALYZE_SCHEMA:
            return cleaning.look(given)
        case ActionType.VALIDATE_DATA:
            return cleaning.measure(AssessmentInput.model_validate(given))
        case ActionType.TRANSFORM_DATA:
            return cleaning.experiment(given)
        case ActionType.ROUTE_PIPELINE:
            return cleaning.write(AssessmentInput.model_validate(given))


def _try(judged: JudgedTable, trial: TransformInput) -> ActionOutcome:
    experiment = try_repair(judged, trial.repair, trial.kept)
    score = experiment.score_after if experiment.is_kept else experiment.score_before
    return ActionOutcome(observation=experiment.model_dump(mode="json"), data_quality_score=score)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One attempt's partition, and what acts on it."""

    judged: JudgedTable
    partition: Partition
    request: ActionRequest
    workshop: Workshop
    set_aside: str = ""
    """Why none of the rows may enter the table; empty where they may."""

    def recipe(self, choice: Choice) -> Recipe:
        """Return the recipe that a choice is made from."""
        if choice.recipe is None:
            return self.judged.contract.recipe
        return read_document(self.workshop.store, choice.recipe, Recipe)

    def look(self, given: Parameters) -> ActionOutcome:
        """Compare the columns with the contract, or diagnose the partition on its own."""
        if not given:
            return compare_columns(self.judged, self.partition)
        return self.diagnose(DiagnosisInput.model_validate(given))

    def experiment(self, given: Parameters) -> ActionOutcome:
        """Try a repair of readings, or some steps of a recipe."""
        if "repair" in given:
            return _try(self.judged, TransformInput.model_validate(given))
        return self.try_steps(MendInput.model_validate(given))

    def measure(self, applied: AssessmentInput) -> ActionOutcome:
        """Measure all rows with what was kept applied."""
        if not applied.choice.tried:
            return assess(self.judged, applied.kept)
        mended = mend_whole(self.judged, self.recipe(applied.choice), applied.choice)
        return assess(self.judged, applied.kept, mended)

    def try_steps(self, trial: MendInput) -> ActionOutcome:
        """Try a batch of steps on a sample."""
        recipe = self.recipe(trial.choice)
        tried = try_batch(self.judged, recipe, trial.batch, trial.choice, trial.kept)
        return ActionOutcome(
            observation=tried.model_dump(mode="json"), data_quality_score=tried.score_after
        )

    def diagnose(self, asked: DiagnosisInput) -> ActionOutcome:
        """Look for what this partition needs that the contract's recipe does not know."""
        known = self.recipe(asked.choice)
        found, rows = diagnose_own(self.judged, known, asked.choice, asked.columns)
        artifact = None
        if len(found.steps) > len(known.steps):
            name = f"recipe:{self.partition.name}"
            artifact = Outputs(self.workshop.store, self.request).write_document(name, found)
        steps = found.steps[len(known.steps) :]
        diagnosis = OwnDiagnosis(
            rows=rows,
            columns=asked.columns,
            batches=batches_of(steps, begin=len(known.steps), is_own=True),
            recipe=artifact,
            reasons=tuple(step.reason for step in steps[:REASONS_MAX]),
        )
        return ActionOutcome(
            observation=diagnosis.model_dump(mode="json"),
            data_quality_score=quality_of(self.judged.tally).score,
        )

    def write(self, applied: AssessmentInput) -> ActionOutcome:
        """Let the rules act, then write rows, quarantine, record of changes, and summary."""
        recipe = self.recipe(applied.choice)
        enforced = enforce_rules(
            self.judged, applied.kept, lambda judged: mend_whole(judged, recipe, applied.choice)
        )
        told = mended_of(enforced.mended, applied.choice).model_copy(
            update={
                "failing_before": enforced.failing_before,
                "failing_after": enforced.failing_after,
            }
        )
        enforced.empty_values(applied.kept)
        outcome = replace(self, judged=enforced.judged).write_enforced(applied, enforced, told)
        enforced.drop()
        return outcome

    def write_enforced(
        self, applied: AssessmentInput, enforced: Enforced, told: Mended
    ) -> ActionOutcome:
        """Write what the rules left."""
        mended, outputs = enforced.mended, Outputs(self.workshop.store, self.request)
        staged = outputs.stage_rows(self._clean_rows(applied, mended), stored_as=self._part)
        # Whatever is still asked of the rows is asked of the file: they are sorted but once.
        rows = self.workshop.connection.read_parquet(str(staged))
        changes = stored_changes(self.judged, applied.kept, mended.mended)
        summary = summarize(
            self.partition,
            self.judged.tally,
            applied.kept,
            rows=CleanRows(*count_and_hash(rows)),
            mended=told,
        ).model_copy(update={"rules": enforced.counts, "set_aside": self.set_aside})
        done = Applied(applied.kept, told, [step for _, step in mended.steps])
        details = details_of(self.judged, done, changes=changes, rows=rows)
        repaired = _count_repaired(changes, rows)
        summary = summary.model_copy(update={"details": details, "rows_repaired": repaired})
        outcome = written(_handover(self._artifacts(changes, staged, summary), summary))
        drop_changes(self.judged)
        return outcome

    def _clean_rows(self, applied: AssessmentInput, mended: MendedRows) -> duckdb.DuckDBPyRelation:
        return self.judged.clean_rows(applied.kept, self._file_name, repaired_cells(mended))

    @property
    def _file_name(self) -> str:
        return unquote(urlsplit(self.partition.uri).path).rpartition("/")[2]

    @property
    def _part(self) -> str:
        """Where the store keeps the clean rows."""
        request, table = self.request, self.judged.contract.table
        return f"tables/{table}/data/{request.task_id}/{request.attempt}/part.parquet"

    def _artifacts(
        self, changed: duckdb.DuckDBPyRelation, staged: Path, summary: PartitionSummary
    ) -> tuple[Artifact, ...]:
        outputs, name = Outputs(self.workshop.store, self.request), self.partition.name
        quarantine, changes = f"quarantine:{name}", f"changes:{name}"
        return (
            outputs.put_rows(
                f"clean:{name}", staged, stored_as=self._part, row_count=summary.rows_out
            ),
            outputs.write_rows(
                quarantine,
                self.judged.quarantined_rows(self._file_name),
                stored_as=outputs.name_of(quarantine, "parquet"),
                row_count=summary.rows_quarantined,
            ),
            outputs.write_rows(
                changes,
                changed,
                stored_as=outputs.name_of(changes, "parquet"),
                row_count=summary.details.cells_changed,
            ),
            outputs.write_document(f"summary:{name}", summary),
        )


def _count_repaired(changes: duckdb.DuckDBPyRelation, rows: duckdb.DuckDBPyRelation) -> int:
    """Count the clean rows in which a cell was changed."""
    lines = changes.filter("action = 'repaired'").aggregate("line", "line")
    clean = rows.project("_source_line as line")
    ((count,),) = lines.join(clean, "line").aggregate("count(*)").fetchall()
    return count


def _handover(artifacts: tuple[Artifact, ...], summary: PartitionSummary) -> Handover:
    return Handover(
        artifacts=artifacts,
        facts={
            "rows_in": summary.rows_in,
            "rows_out": summary.rows_out,
            "rows_quarantined": summary.rows_quarantined,
            "rows_repaired": summary.rows_repaired,
            "duplicates_removed": summary.duplicates_removed,
        },
        score=summary.quality_after.score,
        quality_before=summary.quality_before.score,
        quality_after=summary.quality_after.score,
    )
