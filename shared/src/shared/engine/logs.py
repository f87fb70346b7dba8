"""Log lines as the specification wants them: `time - name - level - [DATA] message`."""

import json
import logging
from typing import Literal

TEXT_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - [DATA] %(message)s"


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the same fields as the text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": self.formatTime(record),
            "name": record.name,
            "level": record.levelname,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_logs(level: str, style: Literal["text", "json"], file: str | None = None) -> None:
    """Send the log of this process to standard error, or to a file, in the given style."""
    handler = logging.FileHandler(file) if file is not None else logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else logging.Formatter(TEXT_FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiokafka", "alembic", "uvicorn", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
