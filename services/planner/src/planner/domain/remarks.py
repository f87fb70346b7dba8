"""What is wrong with a domain: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a remark is."""

    ERROR = "error"
    """The domain cannot be used."""
    WARNING = "warning"
    """The domain can be used, but part of it is of no use."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong."""

    source: str
    line: int
    """Counted from 1; 0 when nobody knows."""
    part: str
    """What it is about, such as `method from_files`; empty for the file as a whole."""
    detail: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        part = f"{self.part}: " if self.part else ""
        return f"{self.source}:{self.line}: {self.severity}: {part}{self.detail}; {self.remedy}"


class UnsoundDomainError(ValueError):
    """A domain that cannot be used, with all that is wrong with it."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self.remarks = tuple(remarks)
        super().__init__("\n".join(map(str, self.remarks)))
