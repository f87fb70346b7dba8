"""Which run a start belongs to, and what is cleared for it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from argosy.demo.runs import Beginning, DemoRun, begin
from argosy.failures import CommandError
from argosy.state_folder import owned

Start = Callable[[Path], tuple[DemoRun, Beginning]]


def start(
    folder: Path, *, seed: int = 7, starts_over: bool = False, can_clear: bool = True
) -> tuple[DemoRun, Beginning]:
    return begin(folder, seed, "abc", starts_over=starts_over, can_clear=can_clear)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder in which a first run was begun and has stored something."""
    start(tmp_path)
    (tmp_path / "bus.db").write_text("messages")
    (tmp_path / "objects").mkdir()
    (tmp_path / "data").mkdir()
    return tmp_path


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_an_interrupted_run_is_gone_on_with(folder: Path) -> None:
    run, beginning = start(folder)
    assert (run.number, beginning) == (1, Beginning.RESUMED)
    assert "bus.db" in names(folder)


def test_a_run_keeps_its_key_when_it_is_gone_on_with(folder: Path) -> None:
    assert start(folder)[0].idempotency_key == start(folder)[0].idempotency_key


def test_a_run_that_is_over_is_cleared_but_for_the_data(folder: Path) -> None:
    start(folder)[0].ended().save(folder)
    run, beginning = start(folder)
    assert (run.number, beginning) == (2, Beginning.AFRESH)
    assert names(folder) == {"data", "run.json"}


@pytest.mark.parametrize("again", [partial(start, seed=8), partial(start, starts_over=True)])
def test_another_seed_or_a_wish_starts_over(folder: Path, again: Start) -> None:
    run, beginning = again(folder)
    assert (run.number, beginning) == (2, Beginning.STARTED_OVER)
    assert names(folder) == {"data", "run.json"}


def test_what_lies_elsewhere_is_never_cleared(folder: Path) -> None:
    start(folder)[0].ended().save(folder)
    run, _ = start(folder, can_clear=False)
    assert run.number == 2
    assert "bus.db" in names(folder)


def test_each_run_has_a_key_of_its_own(folder: Path) -> None:
    first, _ = start(folder)
    second, _ = start(folder, starts_over=True)
    assert first.idempotency_key != second.idempotency_key


def test_a_spoilt_ledger_is_a_first_run(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    assert start(tmp_path)[1] is Beginning.FIRST


def test_a_state_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with owned(tmp_path), pytest.raises(CommandError, match="Another cluster"), owned(tmp_path):
        pass
    with owned(tmp_path):
        pass


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be used"), owned(tmp_path / "file"):
        pass
