"""From an HTTP API to the bus: what a person asks for becomes a message like any other."""

from shared.contracts.machine import Send
from shared.engine.shard import Identity, Signer, entry_of, unsigned
from shared.ports.ports import Ports


async def post(
    ports: Ports, send: Send, *, sender_id: str, cause: str, sign: Signer = unsigned
) -> None:
    """Put the message on the bus; the same cause makes the same message, taken once.

    Raises:
        BusUnavailableError: the bus did not confirm it; posting it again does no harm.
        ValueError: the message is larger than a topic takes.
    """
    identity = Identity(sender_id=sender_id, run_id="", sign=sign)
    entry = entry_of(send, identity, cause=cause, index=0, now=ports.clock.now())
    await ports.bus.append([entry])
