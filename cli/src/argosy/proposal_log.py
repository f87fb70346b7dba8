"""What the log says of one proposal: read from the bus itself, or from a file that was exported.

No service is asked. The messages are those of one partition of `argosy.consensus`, each with its
position; the recorded result is the one that consensus announced on `argosy.events`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from argosy.failures import CommandError, ExitCode
from shared.adapters.uris import open_log
from shared.contracts import wire
from shared.contracts.messages import (
    ConsensusResultMessage,
    DataAgentMessage,
    ProposalCancellationMessage,
    ProposalCloseMessage,
    SchemaProposalMessage,
    ValidationVoteMessage,
    WitnessVerdictMessage,
)
from shared.contracts.topics import CONSENSUS, EVENTS, Topic
from shared.contracts.voting import ConsensusResult, SchemaProposal
from shared.kernel.partitioning import partition_of
from shared.ports.topic_reader import TopicReader, TopicUnreadableError

EXPORT_BYTES_MAX = 64 * 1024 * 1024
"""The largest export that is read: several times what 50 electors with the largest votes fill."""

ABOUT_PROPOSALS = (
    SchemaProposalMessage,
    ValidationVoteMessage,
    WitnessVerdictMessage,
    ProposalCancellationMessage,
    ProposalCloseMessage,
    ConsensusResultMessage,
)


class Logged(BaseModel):
    """One message and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    partition: int
    position: int
    message: DataAgentMessage


class ExportHead(BaseModel):
    """The first line of an export: what the others are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["argosy-proposal-log/1"] = "argosy-proposal-log/1"
    proposal_id: str


@dataclass(frozen=True, slots=True)
class ProposalLog:
    """All that the log says of one proposal, in its order."""

    proposal_id: str
    entries: tuple[Logged, ...]

    @property
    def messages(self) -> tuple[Logged, ...]:
        """What consensus was told, in the order in which it was."""
        return tuple(each for each in self.entries if each.topic == CONSENSUS.name)

    @property
    def proposal(self) -> SchemaProposal | None:
        """What was put to the vote, as the hub sent it; None when it is not in the log."""
        asked = (each.message for each in self.messages)
        proposals = (each for each in asked if isinstance(each, SchemaProposalMessage))
        first = next(proposals, None)
        return None if first is None else first.data_payload

    @property
    def announced(self) -> SchemaProposal | None:
        """The proposal as consensus opened it, with roles and their key; None in older logs."""
        told = (each.message for each in self.entries if each.topic == EVENTS.name)
        opened = (each for each in told if isinstance(each, SchemaProposalMessage))
        first = next(opened, None)
        return None if first is None else first.data_payload

    @property
    def recorded(self) -> ConsensusResult | None:
        """What consensus announced; None while the proposal is open."""
        announced = (each.message for each in self.entries if each.topic == EVENTS.name)
        results = (each for each in announced if isinstance(each, ConsensusResultMessage))
        first = next(results, None)
        return None if first is None else first.data_payload


def read_log(bus: str, proposal_id: str) -> ProposalLog:
    """Read what a bus says of the proposal, whether its services run or not.

    Raises:
        CommandError: the URI names no bus, it cannot be read, or it knows no such proposal.
    """
    try:
        with open_log(bus) as log:
            told = ProposalLog(proposal_id, tuple(_about(log, CONSENSUS, proposal_id, proposal_id)))
            if told.proposal is None:
                raise _unknown(proposal_id, bus)
            pipeline_id = told.proposal.pipeline_id
            announced = tuple(_about(log, EVENTS, pipeline_id, proposal_id))
            return ProposalLog(proposal_id, (*told.entries, *announced))
    except (TopicUnreadableError, ValueError) as error:
        raise CommandError(
            f"The log cannot be read: {error}.",
            remedy="Say where the bus is: --bus sqlite:///PATH or kafka://HOST:PORT, or ARGOSY_BUS;"
            " `argosy up` keeps it in .argosy/bus.db.",
            exit_code=ExitCode.UNREACHABLE,
        ) from error


def write_export(log: ProposalLog, file: Path) -> None:
    """Write a log as NDJSON: a line that says what it is, then a line for each message.

    Raises:
        CommandError: the file cannot be written.
    """
    lines: tuple[BaseModel, ...] = (ExportHead(proposal_id=log.proposal_id), *log.entries)
    try:
        file.write_text("".join(f"{line.model_dump_json()}\n" for line in lines), "utf-8")
    except OSError as error:
        raise CommandError(
            f"{file} cannot be written: {error.strerror}.",
            remedy="Name another file with --out.",
            exit_code=ExitCode.USAGE,
        ) from error


def read_export(file: Path, proposal_id: str) -> ProposalLog:
    """Read a log that was exported.

    Raises:
        CommandError: it cannot be read, is no export, or is that of another proposal.
    """
    head, *lines = _lines_of(file)
    try:
        exported_id = ExportHead.model_validate_json(head).proposal_id
        entries = tuple(Logged.model_validate_json(line) for line in lines)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "a line"
        raise _no_export(file, f"{place}: {first['msg']}") from error
    if exported_id != proposal_id:
        raise _no_export(file, f"it is that of proposal {exported_id}")
    _check_places(file, proposal_id, entries)
    return ProposalLog(proposal_id, entries)


def _about(log: TopicReader, topic: Topic, key: str, proposal_id: str) -> Iterator[Logged]:
    partition = partition_of(key, topic.partitions)
    kept = log.bounds(topic.name).get(partition)
    if kept is None:
        return
    for found in log.messages(topic.name, kept):
        try:
            message = wire.decode(found.content or b"")
        except wire.UndecodableError:
            continue  # consensus put it into the dead letters, and went on
        if _is_about(message, proposal_id):
            yield Logged(
                topic=topic.name, partition=partition, position=found.offset, message=message
            )


def _is_about(message: DataAgentMessage, proposal_id: str) -> bool:
    return isinstance(message, ABOUT_PROPOSALS) and message.data_payload.proposal_id == proposal_id


def _lines_of(file: Path) -> list[str]:
    try:
        if file.stat().st_size > EXPORT_BYTES_MAX:
            raise _no_export(file, f"it has more than {EXPORT_BYTES_MAX} bytes")
        return file.read_text("utf-8").splitlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise _no_export(file, str(error)) from error


def _check_places(file: Path, proposal_id: str, entries: tuple[Logged, ...]) -> None:
    """Refuse an export that no bus could have led to: its messages are elsewhere or out of order.

    Raises:
        CommandError: it is such a one.
    """
    reached: dict[str, int] = {}
    for each in entries:
        if not _is_about(each.message, proposal_id):
            raise _no_export(file, f"{each.topic}@{each.position} is about something else")
        if each.position <= reached.get(each.topic, -1):
            raise _no_export(file, f"{each.topic}@{each.position} is out of order")
        reached[each.topic] = each.position


def _no_export(file: Path, wrong: str) -> CommandError:
    return CommandError(
        f"{file} is no export of this proposal: {wrong}.",
        remedy="Write one with `argosy proposal export ID --out FILE`.",
        exit_code=ExitCode.USAGE,
    )


def _unknown(proposal_id: str, bus: str) -> CommandError:
    return CommandError(
        f"The log of {bus} holds no proposal {proposal_id}.",
        remedy=f"`argosy proposal list` shows what there is; {CONSENSUS.name} remembers "
        f"{CONSENSUS.retention_seconds // 86400} days, an export as long as you keep it.",
        exit_code=ExitCode.NOT_FOUND,
    )
