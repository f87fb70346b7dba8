"""Whose rows are whose: samples of different electors share no row, and together leave none out."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.voting.drawing import DrawnRows, draw_rows
from agent_worker.capabilities.voting.grounds import read_ground, read_rows
from agent_worker.domain.voting.samples import (
    SAMPLE_ROWS,
    SAMPLE_ROWS_MAX,
    Seat,
    sample_rows,
    seat_of,
)
from shared.contracts.electorates import Elector, role_elector
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import ChangeKind, Compatibility, ProposedChange
from tests.unit.agent_worker.voting.seats import AGENTS, electorate
from tests.unit.agent_worker.workbench import Workbench, proposal_on

NOTHING = Artifact(name="c", uri="file:///c", task_id="t", attempt=1, content_hash="")
ROWS = 5000
WINDOWED = 20_000
"""Bytes of all windows together."""


@pytest.fixture
def file(bench: Workbench) -> Path:
    return bench.write("a.csv", "id,size", *(f"{each},{each * 7 % 9001}" for each in range(ROWS)))


def drawn(bench: Workbench, file: Path, seat: Seat, rows_max: int = 500) -> DrawnRows:
    uri = file.as_uri()
    return draw_rows(read_ground(bench.workshop, uri, seat.seed), uri, seat, rows_max)


def ids(rows: DrawnRows) -> set[str]:
    return {
        number
        for table in (rows.chance, rows.telling)
        for (number,) in table.texts.project("c0").fetchall()
    }


def test_electors_draw_different_rows(bench: Workbench, file: Path) -> None:
    samples = [ids(drawn(bench, file, Seat("p", name, at, 3))) for at, name in enumerate(AGENTS)]
    assert all(len(sample) >= 500 for sample in samples)
    assert len(set[str]().union(*samples)) == sum(map(len, samples))


def test_electors_together_draw_every_row_of_a_small_file(bench: Workbench, file: Path) -> None:
    samples = [
        ids(drawn(bench, file, Seat("p", name, at, 3), ROWS - 1)) for at, name in enumerate(AGENTS)
    ]
    assert sum(map(len, samples)) == len(set[str]().union(*samples)) == ROWS


def test_a_file_smaller_than_a_sample_is_read_whole_by_everybody(
    bench: Workbench, file: Path
) -> None:
    sample = drawn(bench, file, Seat("p", "agent-b", 1, 3), ROWS)
    assert sample.is_whole
    assert len(ids(sample)) == ROWS


def test_the_same_elector_draws_the_same_rows_again(bench: Workbench, file: Path) -> None:
    seat = Seat("p", "agent-a", 0, 3)
    assert ids(drawn(bench, file, seat)) == ids(drawn(bench, file, seat))
    assert ids(drawn(bench, file, seat)) != ids(drawn(bench, file, Seat("q", "agent-a", 0, 3)))


def test_extremes_gaps_and_long_texts_are_looked_at_besides(bench: Workbench) -> None:
    lines = [f"{each},x{each % 5}" for each in range(ROWS)]
    lines[17], lines[1234], lines[4000] = "999999,x", "17,", "18,a very long text"
    file = bench.write("b.csv", "size,name", *lines)
    sample = drawn(bench, file, Seat("p", "agent-a"), 50)
    tables = sample.telling.texts, sample.chance.texts  # by chance, one may be among those drawn
    seen = {line for table in tables for (line,) in table.project("line").fetchall()}
    assert {18, 1235, 4001} <= seen
    assert sample.telling.rows < 12


@pytest.fixture
def large(bench: Workbench) -> Path:
    """A file that is read in windows."""
    return bench.write("c.csv", "id,name", *(f"{each},n{each}" for each in range(1, 30_001)))


def test_rows_of_a_large_file_keep_their_numbers(bench: Workbench, large: Path) -> None:
    ground = read_ground(bench.workshop, large.as_uri(), "seed", bytes_max=WINDOWED)
    assert 1000 < ground.rows < 3000
    odd = ground.texts.filter("line::varchar <> c0 or c1 <> 'n' || c0")
    assert odd.fetchall() == []


def test_rows_of_a_large_file_are_found_again(bench: Workbench, large: Path) -> None:
    wanted = [1, 2, 777, 29_999, 30_000, 40_000]
    found = read_rows(bench.workshop, large.as_uri(), wanted, bytes_max=WINDOWED)
    named = found.texts.filter(f"line in {tuple(wanted)}").project("line, c0").fetchall()
    assert sorted(named) == [(each, str(each)) for each in wanted if each <= 30_000]


def test_another_elector_looks_elsewhere_in_a_large_file(bench: Workbench, large: Path) -> None:
    one, two = (
        read_ground(bench.workshop, large.as_uri(), seed, bytes_max=WINDOWED)
        for seed in ("one", "two")
    )
    lines = [{line for (line,) in each.texts.project("line").fetchall()} for each in (one, two)]
    assert len(lines[0] & lines[1]) < min(map(len, lines))


@given(agents=st.lists(st.text("abc", min_size=1, max_size=3), unique=True, min_size=1))
@settings(max_examples=50)
def test_every_agent_has_a_seat_of_its_own(agents: Sequence[str]) -> None:
    members: tuple[Elector, ...] = (role_elector("owner", "key"), *electorate(agents))
    proposal = proposal_on(NOTHING, (), electorate=members)
    seats = [seat_of(proposal, agent) for agent in agents]
    assert {seat.place for seat in seats} == set(range(len(agents)))
    assert {seat.electors for seat in seats} == {len(agents)}


@pytest.mark.parametrize(
    ("kind", "compatibility", "rows"),
    [
        (ChangeKind.ADD, Compatibility.FULL, SAMPLE_ROWS),
        (ChangeKind.NULLABILITY, Compatibility.BACKWARD, SAMPLE_ROWS),
        (ChangeKind.NULLABILITY, Compatibility.FORWARD, SAMPLE_ROWS_MAX),
        (ChangeKind.RENAME, Compatibility.BREAKING, SAMPLE_ROWS_MAX),
        (ChangeKind.DROP, Compatibility.FULL, SAMPLE_ROWS_MAX),
    ],
)
def test_changes_that_somebody_must_follow_are_looked_at_more(
    kind: ChangeKind, compatibility: Compatibility, rows: int
) -> None:
    change = ProposedChange(kind=kind, column="size")
    asked = proposal_on(NOTHING, (), changes=(change,), compatibility=compatibility)
    assert sample_rows(asked) == rows
