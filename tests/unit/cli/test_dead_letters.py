"""`argosy dead-letters`: what was buried is shown, and goes back to where it came from."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.failures import ExitCode
from argosy.main import main
from shared.adapters.clock import SystemClock
from shared.adapters.sqlite_bus import SqliteBus
from shared.adapters.uris import open_log
from shared.contracts import wire
from shared.contracts.machine import Send
from shared.contracts.messages import AnyMessage
from shared.contracts.payloads import DeadLetter
from shared.contracts.topics import DEAD_LETTERS, HUB, PLANNER, Topic
from shared.kernel.partitioning import partition_of
from shared.ports.bus import Entry

GOLDENS = Path(__file__).parents[2] / "contract" / "goldens"
GOAL = wire.decode((GOLDENS / "goal_submission.json").read_bytes())
RESPONSE = wire.decode((GOLDENS / "data_response.json").read_bytes())
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def letter(reason: str, topic: Topic, content: bytes, position: int) -> DeadLetter:
    return DeadLetter(
        reason=reason,
        detail=f"it is {reason}",
        topic=topic.name,
        partition=partition_of("k", topic.partitions),
        position=position,
        key="k",
        content=base64.b64encode(content).decode(),
    )


LETTERS = {
    "step_failed": letter("step_failed", PLANNER, wire.encode(GOAL), 7),
    "undecodable": letter("undecodable", PLANNER, b"not ours", 8),
    "recipient_unknown": letter("recipient_unknown", HUB, wire.encode(RESPONSE), -1),
}


@pytest.fixture
def bus(tmp_path: Path) -> str:
    """Bury three messages."""
    file = tmp_path / "bus.db"

    async def bury() -> None:
        opened = SqliteBus(file, clock=SystemClock())
        await opened.start()
        for buried in LETTERS.values():
            send = Send(DEAD_LETTERS, buried, "*", "c", "k")
            message = wire.stamp(send, sender_id="hub", cause=buried.reason, index=0, now=NOW)
            entry = Entry(DEAD_LETTERS.name, "k", wire.encode(message), wire.headers_of(message))
            await opened.append([entry])
        await opened.stop()

    asyncio.run(bury())
    return f"sqlite:///{file}"


def run(*words: str, bus: str) -> int:
    """Return the code that the shell gets."""
    with pytest.raises(SystemExit) as ended:
        main(["dead-letters", *words, "--bus", bus])
    return int(ended.value.code or 0)


def ids(bus: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return the letters' ids by reason."""
    assert run("list", "--json", bus=bus) == ExitCode.OK
    listed = json.loads(capsys.readouterr().out)
    return {each["letter"]["reason"]: each["letter_id"] for each in listed}


def messages_in(bus: str, topic: Topic) -> list[AnyMessage]:
    with open_log(bus) as reader:
        return [
            wire.decode(entry.content or b"")
            for wanted in reader.bounds(topic.name).values()
            for entry in reader.messages(topic.name, wanted)
        ]


def test_a_message_that_was_not_taken_goes_back_as_it_was(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("redrive", ids(bus, capsys)["step_failed"], bus=bus) == ExitCode.OK
    assert messages_in(bus, PLANNER) == [GOAL]


def test_one_that_was_taken_gets_an_id_of_its_own_the_same_each_time(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run("redrive", "--reason", "recipient_unknown", bus=bus) == ExitCode.OK
    first, second = messages_in(bus, HUB)
    assert first == second
    assert first.message_id != RESPONSE.message_id
    assert first.model_copy(update={"message_id": RESPONSE.message_id}) == RESPONSE
    assert "1 sent again" in capsys.readouterr().out


def test_bytes_that_are_no_message_are_shown_and_not_sent(
    bus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    letter_id = ids(bus, capsys)["undecodable"]
    assert run("show", letter_id, bus=bus) == ExitCode.OK
    shown = json.loads(capsys.readouterr().out)
    assert base64.b64decode(shown["bytes"]) == b"not ours"
    assert run("redrive", letter_id, bus=bus) == ExitCode.REFUSED
    assert "would be buried again" in capsys.readouterr().err
    assert messages_in(bus, PLANNER) == []


def test_what_is_not_there_or_not_said_is_named(bus: str) -> None:
    assert run("show", "0-999", bus=bus) == ExitCode.NOT_FOUND
    assert run("redrive", bus=bus) == ExitCode.USAGE
    assert run("list", bus="sqlite:////nowhere/bus.db") == ExitCode.UNREACHABLE
    assert run("list", bus="amqp://x") == ExitCode.UNREACHABLE
