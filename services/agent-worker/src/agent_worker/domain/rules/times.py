"""Times as rules name them: ISO 8601, without a zone, as the tables keep them."""

import re
from datetime import datetime

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?")


def time_problem(text: str) -> str:
    """Return why a text names no time, with what to do; empty where it does."""
    told = f"{text!r} is no time; write it as 2024-05-31 or 2024-05-31 17:00:00, without a zone"
    if _ISO.fullmatch(text) is None:
        return told
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return told
    return ""
