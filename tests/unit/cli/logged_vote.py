"""A vote whose log is kept, as the bus would keep it, for tests of proofs."""

from argosy.proposal_log import Logged, ProposalLog
from shared.contracts import wire
from shared.contracts.machine import Send
from shared.contracts.messages import AnyMessage
from shared.contracts.topics import CONSENSUS, EVENTS
from tests.unit.consensus.chamber import Chamber


class LoggedChamber(Chamber):
    """A chamber that keeps what it was told and what it announced."""

    def __init__(self, size: int = 3) -> None:
        super().__init__(size)
        self._told: list[Logged] = []
        self._announced: list[Logged] = []

    def deliver(self, message: AnyMessage) -> list[Send]:
        sends = super().deliver(message)
        self._told.append(_logged(CONSENSUS.name, self.position, message))
        for send in sends:
            if send.topic is EVENTS:
                place, cause = len(self._announced), f"announcement {len(self._announced)}"
                told = wire.stamp(
                    send, sender_id="consensus", cause=cause, index=0, now=message.timestamp
                )
                self._announced.append(_logged(EVENTS.name, place, told))
        return sends

    def log(self) -> ProposalLog:
        """Return what the bus would hold."""
        return ProposalLog(self.proposal.proposal_id, (*self._told, *self._announced))


def _logged(topic: str, position: int, message: AnyMessage) -> Logged:
    return Logged(topic=topic, partition=0, position=position, message=message)
