"""What an agent in the foreground thinks, does and sees, a few lines for each step."""

import json

from pydantic import JsonValue
from rich.console import Console
from rich.text import Text

from shared.contracts.vocabulary import ReActStep

SEEN_MAX = 160
"""Characters of an observation that are shown; the report has all of it."""


class Progress:
    """Tells steps to a console, or nobody."""

    def __init__(self, console: Console | None) -> None:
        self._console = console
        self._operator = ""

    def tell(self, operator: str, step: ReActStep) -> None:
        """Show a step: thought, action, observation, and the score after it."""
        if self._console is None:
            return
        if operator != self._operator:
            self._console.print(Text(operator.replace("_", " "), style="bold"))
            self._operator = operator
        self._console.print(Text(f"  thought      {step.thought}"))
        self._console.print(Text(f"  action       {step.action}", style="cyan"))
        seen = f"  observation  {_in_short(step.observation)}"
        score = f"  score {step.data_quality_score:.4f}"
        self._console.print(Text.assemble((seen, "dim"), (score, "green")))


def _in_short(observation: dict[str, JsonValue]) -> str:
    told = json.dumps(observation, ensure_ascii=False)
    return told if len(told) <= SEEN_MAX else f"{told[:SEEN_MAX]} …"
