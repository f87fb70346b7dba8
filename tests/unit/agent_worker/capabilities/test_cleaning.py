"""What becomes of each kind of dirt, from the file to the clean row."""

import itertools
from pathlib import Path

from tests.unit.agent_worker.workbench import Workbench

HEADER = "carrier,flight,tail,distance,at"
PLAIN = [
    f"{carrier},{number},N{number},{500 + number},2013-01-{1 + number % 28:02} 05:00:00"
    for number, carrier in zip(range(1, 400), itertools.cycle(("UA", "B6")), strict=False)
]


def clean(bench: Workbench, *dirty: str, header: str = HEADER) -> list[tuple[object, ...]]:
    """Clean plain rows with dirty ones behind them; return what became of the dirty ones."""
    bench.write("a.csv", header, *PLAIN, *dirty)
    contract, _ = bench.propose()
    plain = range(1, len(PLAIN) + 1)
    return [row[:-2] for row in bench.rows(bench.clean(contract)) if row[-1] not in plain]


def test_times_in_other_formats_are_read(bench: Workbench) -> None:
    rows = clean(
        bench,
        "UA,1,N1,501,01/31/2013 05:00",
        "UA,1,N1,502,31-Jan-2013 05:00",
        "UA,1,N1,503,2013-01-31T05:00:00Z",
    )
    assert [str(row[-1]) for row in rows] == ["2013-01-31 05:00:00"] * 3


def test_units_are_converted_to_that_of_the_bare_numbers(bench: Workbench) -> None:
    kilometres = [
        f"UA,1,N1,{(500 + number) * 1.609344:.1f} km,2013-01-05 05:00:00"
        for number in range(1, 400, 3)
    ]
    rows = clean(bench, *kilometres, "UA,1,N1,640 mi,2013-01-05 05:00:00")
    assert [row[3] for row in rows] == [*range(501, 900, 3), 640]


def test_a_glued_prefix_is_taken_off(bench: Workbench) -> None:
    rows = clean(bench, *(f"9E,9E{number},N1,{number},2013-01-05 05:00:00" for number in range(40)))
    assert [row[1] for row in rows] == list(range(40))


def test_words_for_missing_become_missing(bench: Workbench) -> None:
    words = ("NA", "N/A", "null", "-", "?", "")
    rows = clean(
        bench, *(f"UA,{word},{word},5{at}0,2013-01-05 05:00:00" for at, word in enumerate(words))
    )
    assert [row[1:3] for row in rows] == [(None, None)] * len(words)


def test_impossible_numbers_are_emptied(bench: Workbench) -> None:
    rows = clean(bench, "UA,1,N1,-5,2013-01-05 05:00:00", "UA,2,N1,999999,2013-01-05 05:00:00")
    assert [row[3] for row in rows] == [None, None]


def test_full_copies_are_dropped_and_counted(bench: Workbench) -> None:
    assert clean(bench, PLAIN[7], PLAIN[9]) == []
    written = ["clean:a", "quarantine:a", "changes:a", "summary:a"]
    assert bench.trace[-1].observation["artifacts"] == written


def test_broken_lines_go_to_quarantine_with_line_reason_and_text(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *PLAIN, "UA,1,N1", "UA,1,N1,500,2013-01-05 05:00:00,x,y")
    contract, _ = bench.propose()
    assert bench.rows(bench.clean(contract), "quarantine:") == [
        ("a.csv", 400, "too_few_fields", "UA,1,N1"),
        ("a.csv", 401, "too_many_fields", "UA,1,N1,500,2013-01-05 05:00:00,x,y"),
    ]


def test_a_row_without_its_key_is_quarantined_and_not_emptied(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *PLAIN, "UA,1,?,500,2013-01-05 05:00:00")
    contract, _ = bench.propose(key=("tail",))
    assert bench.rows(bench.clean(contract), "quarantine:") == [
        ("a.csv", 400, "key_unusable", "UA,1,?,500,2013-01-05 05:00:00")
    ]


def test_a_row_that_contradicts_an_earlier_one_with_its_key_is_quarantined(
    bench: Workbench,
) -> None:
    bench.write("a.csv", HEADER, *PLAIN, "UA,1,N7,777,2013-01-05 05:00:00")
    contract, _ = bench.propose(key=("tail",))
    ((_, line, reason, _),) = bench.rows(bench.clean(contract), "quarantine:")
    assert (line, reason) == (400, "key_repeated")


def test_a_renamed_column_comes_under_its_own_name(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *PLAIN)
    bench.write("b.csv", HEADER.replace("tail", "tail_number"), *PLAIN)
    contract, proposed = bench.propose()
    assert [column.name for column in proposed.columns] == HEADER.split(",")
    artifacts = bench.clean(contract)
    assert {row[2] for row in bench.rows(artifacts)} == {f"N{number}" for number in range(1, 400)}


def test_every_row_carries_its_file_and_line(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *PLAIN)
    contract, _ = bench.propose()
    lineage = [row[-2:] for row in bench.rows(bench.clean(contract))]
    assert lineage == [("a.csv", number) for number in range(1, len(PLAIN) + 1)]


def test_cleaning_again_writes_the_same_bytes(bench: Workbench, tmp_path: Path) -> None:
    bench.write("a.csv", HEADER, *PLAIN, "UA,1,?,500 mi,2013-01-05T05:00:00Z", "broken")
    contract, _ = bench.propose()
    first = [artifact.content_hash for artifact in bench.clean(contract)]
    restarted = Workbench(tmp_path)
    second = [artifact.content_hash for artifact in restarted.clean(contract, attempt=2)]
    assert first == second


def test_a_file_that_changed_since_discovery_is_refused(bench: Workbench) -> None:
    path = bench.write("a.csv", HEADER, *PLAIN)
    contract, _ = bench.propose()
    (partition,) = bench.discover()
    path.write_text("other", encoding="utf-8")
    outcome = bench.attempt(
        "clean_partition", {"partition": partition.model_dump(mode="json")}, (contract,)
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "source_changed"


def test_a_contract_that_was_tampered_with_is_refused(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *PLAIN)
    contract, _ = bench.propose()
    bench.workshop.store.fetch(contract.uri).write_bytes(b"{}")
    (partition,) = bench.discover()
    outcome = bench.attempt(
        "clean_partition", {"partition": partition.model_dump(mode="json")}, (contract,)
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "artifact_changed"
