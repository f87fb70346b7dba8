"""Results recomputed from the log alone.

The machine that consensus runs is fed with the logged messages once more. So a proof needs no
service, no clock and no trust in who recorded the result: only the messages, whose signatures the
machine checks against the keys that the electorate names.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from argosy.proposal_log import Logged, ProposalLog
from consensus.domain.records import ProposalRecord
from consensus.domain.refusals import Refusal, RefusalsRecord
from consensus.domain.terms import Terms
from consensus.handlers import ConsensusMachine
from shared.contracts.electorates import ElectorKind
from shared.contracts.machine import MessageReceived
from shared.contracts.voting import ConsensusResult
from shared.kernel.records import Records

SHOWN_CHARACTERS_MAX = 300
"""Of what differs; `--json` has both results whole."""

TIMEOUT_SECONDS = 1.0
"""What a replay takes for the service's own timeout; stages end at markers, and no clock counts."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a proposal stands after its messages."""

    record: ProposalRecord
    refusals: tuple[Refusal, ...]
    """What was said and does not count."""

    @property
    def conclusion(self) -> ConsensusResult | None:
        """The result; None while the proposal is open."""
        return self.record.conclusion


def replay(log: ProposalLog) -> Replayed:
    """Feed what the log holds to the machine, in its order."""
    return fed(log.proposal_id, log.messages, _service_key(log))


def fed(proposal_id: str, messages: Iterable[Logged], service_key: str) -> Replayed:
    """Feed messages about one proposal to the machine; each is taken once."""
    machine = ConsensusMachine(Terms(timeout_seconds=TIMEOUT_SECONDS, public_key=service_key))
    records = Records()
    taken: set[str] = set()
    for each in messages:
        if each.message.message_id in taken:
            continue
        taken.add(each.message.message_id)
        received = MessageReceived(each.message, each.position)
        records.apply(machine.step(records, received, each.message.timestamp).changes)
    record = records.get(ProposalRecord, proposal_id)
    assert record is not None, "a log that was read has its proposal"
    refusals = records.get(RefusalsRecord, proposal_id)
    return Replayed(record, () if refusals is None else refusals.refusals)


def differences(recorded: ConsensusResult, recomputed: ConsensusResult | None) -> tuple[str, ...]:
    """Return in words what the recorded result says otherwise than the log; empty if nothing.

    What a result from before a field existed does not say is not compared.
    """
    if recomputed is None:
        return ("a result is recorded, and the log does not decide the proposal",)
    said = recorded.model_dump(mode="json", include=recorded.model_fields_set)
    found = recomputed.model_dump(mode="json")
    return tuple(
        f"{name}: recorded is {_shown(said[name])}, the log leads to {_shown(found[name])}"
        for name in said
        if said[name] != found[name]
    )


def _shown(content: JsonValue) -> str:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]} …"


def _service_key(log: ProposalLog) -> str:
    """Return the key that signs for people, as consensus announced it with the electorate."""
    announced = () if log.announced is None else log.announced.electorate
    people = (each for each in announced if each.kind is ElectorKind.PERSON)
    return next((each.public_key for each in people), "")
