"""A run's report: partitions add up, lists are bounded, and no text of the data is run."""

from html.parser import HTMLParser

from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import QualityCounts
from agent_worker.domain.recipe import StepAction
from agent_worker.domain.report import SOURCES_STEP, report_of
from agent_worker.domain.report_details import (
    EXAMPLES_MAX,
    GROUPS_MAX,
    ChangeExample,
    ChangeGroup,
    ColumnDetails,
    PartitionDetails,
    QuarantineExample,
    QuarantineGroup,
)
from agent_worker.domain.report_page import page_of
from agent_worker.domain.summary import Mended, PartitionSummary

GOOD = QualityCounts(cells=10, bad={})
EVIL = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"&"


def group(reason: str, cells: int, old: str = "a", column: str = "c") -> ChangeGroup:
    return ChangeGroup(
        column=column,
        action=StepAction.REPAIRED,
        reason=reason,
        cells=cells,
        confidence=0.5,
        examples=(ChangeExample(old=old, new="", cells=cells),),
    )


def summary(name: str, details: PartitionDetails) -> PartitionSummary:
    return PartitionSummary(
        partition=Partition(name=name, uri=f"file:///{name}", bytes=1, fingerprint="f"),
        rows_in=10,
        rows_out=9,
        rows_quarantined=1,
        duplicates_removed=0,
        quarantine_reasons={},
        repaired_cells={},
        quality_before=GOOD,
        quality_after=GOOD,
        content_hash="h",
        details=details,
    )


def test_accuracy_is_estimated_from_what_is_listed() -> None:
    suspected = group("odd", 1).model_copy(update={"action": StepAction.SUSPECTED})
    kept = summary("a", PartitionDetails(changes=(group("why", 2), suspected)))
    known = report_of("t", [kept]).cell_accuracy
    assert known is not None
    # Of ten cells, those of the quarantined row are left out; half of the repairs are right.
    assert (known.cells, known.before, known.after) == (9, 1 - 3 / 9, 1 - 2 / 9)
    assert "rests on 9 rows" in known.doubts[0]
    assert "low confidence" in known.named
    assert known.named in page_of(report_of("t", [kept]))


def test_what_sources_disagreed_about_is_of_low_confidence() -> None:
    kept = summary("a", PartitionDetails()).model_copy(
        update={"mended": Mended(cells={SOURCES_STEP: 5}), "rows_in": 500}
    )
    known = report_of("t", [kept]).cell_accuracy
    assert known is not None
    assert [each.split(" ")[0] for each in known.doubts] == ["Sources"]


def test_partitions_add_up() -> None:
    details = PartitionDetails(
        columns=(ColumnDetails(name="c", data_type="BIGINT", before=GOOD, after=GOOD, repaired=3),),
        changes=(group("why", 3),),
        quarantine=(QuarantineGroup(reason="too_few_fields", rows=1),),
    )
    report = report_of("t", [summary("a", details), summary("b", details)])
    assert (report.rows_in, report.rows_out, report.rows_quarantined) == (20, 18, 2)
    assert report.cells_repaired == 6
    assert [(each.reason, each.cells) for each in report.details.changes] == [("why", 6)]
    assert [each.rows for each in report.details.quarantine] == [2]
    assert report.columns[0].before.score == 1


def test_what_is_left_out_of_a_report_is_counted() -> None:
    details = [
        PartitionDetails(changes=tuple(group(f"{part}-{at}", at + 1) for at in range(GROUPS_MAX)))
        for part in range(2)
    ]
    merged = report_of("t", [summary(str(at), each) for at, each in enumerate(details)]).details
    assert len(merged.changes) == GROUPS_MAX
    assert merged.cells_changed == sum(each.cells_changed for each in details)
    assert len(merged.changes[0].examples) <= EXAMPLES_MAX


class Tags(HTMLParser):
    """The elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_texts_of_the_data_are_shown_and_never_run() -> None:
    details = PartitionDetails(
        layout=EVIL,
        columns=(
            ColumnDetails(name=EVIL, data_type="VARCHAR", before=GOOD, after=GOOD, repaired=1),
        ),
        changes=(group(f"`{EVIL}` is wrong", 1, old=EVIL, column=EVIL),),
        quarantine=(
            QuarantineGroup(reason=EVIL, rows=1, examples=(QuarantineExample(line=1, raw=EVIL),)),
        ),
    )
    page = page_of(report_of(EVIL, [summary(EVIL, details)]))
    tags = Tags(page)
    assert not {"script", "img", "link", "iframe"} & tags.names
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert "&lt;script&gt;alert(1)" in page


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = page_of(report_of("t", [summary("a", PartitionDetails())]))
    assert "http://" not in page
    assert "https://" not in page
    assert "prefers-color-scheme:dark" in page
