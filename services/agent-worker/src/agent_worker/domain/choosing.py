"""What an agent may do next: for each operator that leaves a choice, its options at this point.

Most operators have one way through their task; there the rules decide, and no model is asked. An
operator whose way depends on what it sees offers options in a module of its own, and a line here.
"""

from collections.abc import Callable, Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators import cleaning_options, proposing_options
from agent_worker.domain.options import Option, is_admissible
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ReActStep

Finder = Callable[[DataRequest, Sequence[ReActStep], ActionDecision], tuple[Option, ...]]
"""Finds the options from a request, the trace so far and what the rules suggest."""

OPTIONS: dict[str, Finder] = {
    "clean_partition": cleaning_options.options,
    "propose_schema": proposing_options.options,
}


def options_for(
    request: DataRequest, trace: Sequence[ReActStep], suggestion: ActionDecision
) -> tuple[Option, ...]:
    """Return what may be done next besides what the rules suggest; nothing where nothing may.

    What the rules suggest is always among it: a model may agree with them.
    """
    find = OPTIONS.get(request.operator)
    options = () if find is None else find(request, trace, suggestion)
    is_open = len(options) > 1 or any(option.has_choice for option in options)
    return options if is_open and is_admissible(options, suggestion) else ()
