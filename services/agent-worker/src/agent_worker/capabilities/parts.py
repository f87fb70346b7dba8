"""What cleaning hands over to publishing: each partition's clean rows, quarantine and summary.

However they are published (as a table, behind a table's other rows, as files), they are opened,
checked and reported here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import (
    input_named,
    inputs_named,
    open_artifact,
    read_document,
)
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.publish_table import PartsChecked
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import QualityCounts, merge_counts
from agent_worker.domain.rules.findings import merge_rule_counts, rule_results
from agent_worker.domain.rules.rule import TABLE_KINDS, OnFail
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.summary import PartitionSummary
from shared.contracts.vocabulary import Artifact, Parameters

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True, slots=True)
class Parts:
    """All that was cleaned by one contract, in the order of the partitions' names."""

    contract: TableContract
    clean: dict[str, Artifact]
    quarantine: dict[str, Artifact]
    files: dict[str, Path]
    """Local paths of the clean files."""
    summaries: dict[str, PartitionSummary]
    begun_at: datetime | None = None
    """When the attempt began that publishes them; ages are measured from it."""

    @property
    def before(self) -> QualityCounts:
        """How good all partitions were that may enter the table."""
        return merge_counts(summary.quality_before for summary in self.admitted)

    @property
    def after(self) -> QualityCounts:
        """How good all partitions are now that may enter the table."""
        return merge_counts(summary.quality_after for summary in self.admitted)

    @property
    def admitted(self) -> tuple[PartitionSummary, ...]:
        """The summaries of partitions that no decision has set aside."""
        return tuple(each for each in self.summaries.values() if not each.set_aside)

    @property
    def set_aside(self) -> dict[str, str]:
        """Why partitions are in the quarantine as a whole, by their names."""
        return {name: each.set_aside for name, each in self.summaries.items() if each.set_aside}

    @property
    def attempts(self) -> list[str]:
        """The accepted attempts, each as task id, slash, number."""
        return [f"{artifact.task_id}/{artifact.attempt}" for artifact in self.clean.values()]

    @property
    def sources(self) -> tuple[Partition, ...]:
        """The files that the rows come from."""
        return tuple(summary.partition for summary in self.summaries.values())

    def only(self, names: Collection[str]) -> "Parts":
        """Return the parts of some of the partitions."""
        return replace(
            self,
            clean={name: part for name, part in self.clean.items() if name in names},
            quarantine={name: part for name, part in self.quarantine.items() if name in names},
            files={name: part for name, part in self.files.items() if name in names},
            summaries={name: part for name, part in self.summaries.items() if name in names},
        )

    def total(self, figure: str) -> int:
        """Return the sum of one of the summaries' counts of rows."""
        return sum(getattr(summary, figure) for summary in self.summaries.values())

    @property
    def content_hash(self) -> str:
        """SHA-256 of the content in order, whatever its files are called."""
        hashes = "".join(summary.content_hash for summary in self.summaries.values())
        return sha256(hashes.encode()).hexdigest()

    def report(self) -> Parameters:
        """Return what every report of cleaned rows says."""
        summaries = self.summaries.values()
        return {
            "columns": [column.name for column in self.contract.columns],
            "rows_in": self.total("rows_in"),
            "rows_out": self.total("rows_out"),
            "rows_quarantined": self.total("rows_quarantined"),
            "duplicates_removed": self.total("duplicates_removed"),
            "quarantine_reasons": _sum(summary.quarantine_reasons for summary in summaries),
            "repaired_cells": _sum(
                {**summary.repaired_cells, **summary.mended.cells} for summary in summaries
            ),
            "cells_suspected": sum(summary.mended.suspected for summary in summaries),
            "quality_before": self.before.score,
            "quality_after": self.after.score,
            "content_hash": self.content_hash,
        }


def open_parts(request: ActionRequest, workshop: Workshop, *, may_be_none: bool = False) -> Parts:
    """Open all parts that the task was given.

    Raises:
        ActionFailedError: one is missing or not what its task wrote, or there is none at all.
    """
    clean = inputs_named(request, "clean:")
    quarantine = inputs_named(request, "quarantine:")
    summaries = inputs_named(request, "summary:")
    is_none = not clean and not may_be_none
    if is_none or not clean.keys() == quarantine.keys() == summaries.keys():
        raise ActionFailedError(
            "parts_missing",
            f"{len(clean)} clean, {len(quarantine)} quarantine and {len(summaries)} summary files "
            "were given; every partition has one of each",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    for artifact in quarantine.values():
        open_artifact(workshop.store, artifact)
    contract = input_named(request, "schema_contract")
    return Parts(
        contract=read_document(workshop.store, contract, TableContract),
        clean=clean,
        quarantine=quarantine,
        files={name: open_artifact(workshop.store, part) for name, part in clean.items()},
        summaries={
            name: read_document(workshop.store, part, PartitionSummary)
            for name, part in summaries.items()
        },
        begun_at=request.begun_at,
    )


def check_parts(
    parts: Parts, workshop: Workshop, others: Sequence[Path] = (), *, is_whole: bool = True
) -> PartsChecked:
    """Return the parts in figures.

    Args:
        parts: What is to be published.
        workshop: Where to look at their rows.
        others: Files of rows that the key must not repeat.
        is_whole: Whether the parts are all of the table; else nothing is asked of its size.

    Raises:
        ActionFailedError: they are worse than was asked for, a rule stops them, or the key is not
            unique.
    """
    quality_min, score = parts.contract.quality_min, parts.after.score
    if parts.admitted and score < quality_min:
        raise ActionFailedError(
            "quality_below_minimum",
            f"{parts.contract.table} has quality {score:.4f}, {quality_min} was asked for",
            remedy="Read the quarantine files and the traces, mend the sources, or ask for less.",
        )
    if parts.clean:
        _check_rules(parts, is_whole=is_whole)
    if parts.contract.key and parts.clean:
        _check_key(parts, workshop, others)
    return PartsChecked(
        partitions=len(parts.clean),
        rows_in=parts.total("rows_in"),
        rows_out=parts.total("rows_out"),
        rows_quarantined=parts.total("rows_quarantined"),
        duplicates_removed=parts.total("duplicates_removed"),
        quality_before=parts.before.score,
        quality_after=score,
        quality_min=quality_min,
    )


def _check_rules(parts: Parts, *, is_whole: bool) -> None:
    """Ask the rules of the whole table, which no partition can answer alone, and that may stop."""
    stopping = [
        rule
        for rule in parts.contract.asked_rules
        if rule.check.kind in TABLE_KINDS and rule.is_binding and rule.on_fail is OnFail.STOP
        if is_whole or rule.check.kind != "row_count_between"
    ]
    counts = merge_rule_counts(rule for each in parts.summaries.values() for rule in each.rules)
    for asked in rule_results(stopping, counts, parts.begun_at):
        if not asked.holds:
            raise ActionFailedError(
                "rule_failed",
                f"{parts.contract.table} fails rule {asked.rule} ({asked.told}): "
                f"{asked.detail or f'{asked.failed} of {asked.evaluated} fail'}",
                remedy="Correct the sources, or let the contract's rule allow it or do something "
                "else than stop.",
            )


def _check_key(parts: Parts, workshop: Workshop, others: Sequence[Path]) -> None:
    """Within a partition the key is unique already; across partitions it is seen only here."""
    key = ", ".join(map(sql.name, parts.contract.key))
    rows = workshop.connection.read_parquet([str(path) for path in parts.files.values()])
    keys = rows.project(f"{key}, true as is_new")
    if others:
        known = workshop.connection.read_parquet([str(path) for path in others])
        keys = keys.union(known.project(f"{key}, false as is_new"))
    # What was twice among the other rows before is not for these parts to answer for.
    repeated = keys.aggregate(f"{key}, count(*) as n, bool_or(is_new) as is_new", key)
    ((count,),) = repeated.filter("n > 1 and is_new").aggregate("count(*)").fetchall()
    if count:
        raise ActionFailedError(
            "key_not_unique",
            f"{count} values of the key ({key}) of {parts.contract.table} occur in more than one "
            "partition",
            remedy="Name a key that is unique, or remove partitions that repeat others.",
        )


def _sum(counts: Iterable[Mapping[_Name, int]]) -> Parameters:
    total: Counter[str] = Counter()
    for count in counts:
        for name, cells in count.items():
            total[name] += cells
    return {name: total[name] for name in sorted(total)}
