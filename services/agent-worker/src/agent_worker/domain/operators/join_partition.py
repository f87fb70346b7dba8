"""Thinking while joining a partition: does the right table fit into memory, what finds a partner.

Joining by buckets thinks alike; only where the rows come from differs.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.aggregate_partition import named_columns
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, ReActStep


class SidesCounted(Contract):
    """The two sides of a join."""

    left_rows: int
    right_rows: int
    left_keyless: int
    """Rows whose key has an empty cell: they match nothing."""
    right_keyless: int
    right_bytes: int
    """What the right rows take in memory."""
    memory_bytes: int
    """What an agent has that holds them all; 0 where an engine spreads them over machines."""
    renamed: dict[str, str]
    """Right columns whose name the left table has too, and what they are called."""

    @property
    def left_keyed_share(self) -> float:
        """The share of left rows that could have a partner."""
        return 1 - self.left_keyless / self.left_rows if self.left_rows else 1.0


class JoinWritten(Contract):
    """What came of the join."""

    part: Artifact
    left_rows: int
    matched_rows: int
    """Left rows with at least one partner."""
    rows_out: int
    engine: str
    """What computed it, as the settings call it."""

    @property
    def matched_share(self) -> float:
        """The share of left rows that found a partner; 1 when there are none."""
        return self.matched_rows / self.left_rows if self.left_rows else 1.0


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"The key is {_key(request)}. I see whether both sides have it in the same types, and "
            "whether the right table, which I need whole, fits into my memory.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    return join_or_finish(request, trace)


def join_or_finish(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide what follows once both sides are counted."""
    if len(trace) == 1:
        seen = SidesCounted.model_validate(trace[-1].observation)
        return ActionDecision(_plan(request, seen), ActionType.TRANSFORM_DATA, {})
    written = JoinWritten.model_validate(trace[-1].observation)
    return hand_over(
        f"{written.matched_rows} of {written.left_rows} left rows found a partner "
        f"({written.matched_share:.1%}), and {written.rows_out} rows came of it, sorted by "
        f"{_key(request)}.",
        Handover(
            artifacts=(written.part,),
            facts={"rows_in": written.left_rows, "rows_out": written.rows_out},
            score=trace[-1].data_quality_score,
        ),
    )


def _plan(request: DataRequest, seen: SidesCounted) -> str:
    sides = f"{seen.left_rows} rows on the left and {seen.right_rows} on the right"
    if seen.memory_bytes:
        room = f"{seen.right_bytes / 1e6:.1f} MB of my {seen.memory_bytes / 1e6:.0f} MB"
    else:
        room = f"{seen.right_bytes / 1e6:.1f} MB, spread over the engine's machines"
    said = [f"{sides}, which take {room}."]
    if seen.left_keyless or seen.right_keyless:
        said.append(
            f"{seen.left_keyless} left and {seen.right_keyless} right rows have no whole key; "
            "an empty key equals nothing, not even another one."
        )
    for name, called in seen.renamed.items():
        said.append(f"Both sides have `{name}`; the right one is called `{called}`.")
    kept = "stay, with the right columns empty" if _is_left(request) else "are left out"
    said.append(f"Left rows without a partner {kept}.")
    return " ".join(said)


def _is_left(request: DataRequest) -> bool:
    return request.parameters.get("how") == "left"


def _key(request: DataRequest) -> str:
    return named_columns(request, "on") or "not named"
