"""What is wrong with a contract file: where, what, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContractRemark:
    """One thing that is wrong, or that nobody will check."""

    source: str
    line: int
    """Counted from 1; 0 where the contract is no file."""
    part: str
    """The keys that lead to it, joined by dots."""
    detail: str
    remedy: str

    def __str__(self) -> str:
        """Return the remark as a line that editors understand."""
        place = f"{self.source}:{self.line}" if self.line else self.source
        part = f"{self.part}: " if self.part else ""
        return f"{place}: {part}{self.detail}; {self.remedy}"


class UnsoundContractError(Exception):
    """A contract cannot be used; it says everything that is wrong with it."""

    def __init__(self, remarks: Iterable[ContractRemark]) -> None:
        self.remarks = tuple(remarks)
        super().__init__("\n".join(map(str, self.remarks)))
