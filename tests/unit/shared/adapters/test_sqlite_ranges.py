"""What reading an embedded bus from its file promises, while it runs and afterwards."""

from pathlib import Path

import pytest

from shared.adapters.clock import SystemClock
from shared.adapters.sqlite_bus import SqliteBus
from shared.adapters.uris import open_log
from shared.ports.bus import Entry
from shared.ports.topic_reader import Message, Range, TopicUnreadableError

TOPIC = "argosy.consensus"


def entries(*texts: str) -> list[Entry]:
    return [Entry(TOPIC, "key", text.encode(), partition=3) for text in texts]


async def test_a_bus_is_read_while_it_runs_and_after_it_has_stopped(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db", clock=SystemClock())
    await bus.start()
    await bus.append(entries("first", "second", "third"))
    with open_log(f"sqlite:///{tmp_path}/bus.db") as log:
        assert log.bounds(TOPIC) == {3: Range(3, 0, 3)}
        await bus.append(entries("fourth"))
        assert log.bounds(TOPIC) == {3: Range(3, 0, 4)}
    await bus.stop()
    with open_log(f"sqlite:///{tmp_path}/bus.db") as log:
        found = [*log.messages(TOPIC, Range(3, 1, 3))]
        assert found == [Message(1, b"second"), Message(2, b"third")]
        assert log.bounds("argosy.planner") == {}


async def test_reading_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db", clock=SystemClock())
    await bus.start()
    await bus.append(entries("first"))
    await bus.stop()
    before = (tmp_path / "bus.db").read_bytes()
    with open_log(f"sqlite:///{tmp_path}/bus.db") as log:
        assert len([*log.messages(TOPIC, Range(3, 0, 1))]) == 1
    assert (tmp_path / "bus.db").read_bytes() == before


def test_a_file_that_is_no_bus_is_told(tmp_path: Path) -> None:
    (tmp_path / "bus.db").write_text("dear diary")
    with (
        pytest.raises(TopicUnreadableError, match=r"cannot be read as a bus"),
        open_log(f"sqlite:///{tmp_path}/bus.db") as log,
    ):
        log.bounds(TOPIC)


def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with (
        pytest.raises(TopicUnreadableError, match=r"there is no bus"),
        open_log(f"sqlite:///{tmp_path}/bus.db"),
    ):
        raise AssertionError("there was something to read")
    assert not (tmp_path / "bus.db").exists()


def test_what_is_no_bus_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'redis' is no bus"):
        open_log("redis://host:6379")
