"""One thing that a rule found, before it has its place."""

from dataclasses import dataclass

from planner.domain.model.tasks import Domain
from planner.domain.remarks import Remark, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found."""

    part: str
    """Such as `method from_files`."""
    detail: str
    remedy: str
    severity: Severity = Severity.ERROR
    at: str = ""
    """The part of that part that tells the line, such as `step publish` or `when`."""

    def remark(self, domain: Domain) -> Remark:
        """Return it with its place."""
        exact = f"{self.part} {self.at}"
        source, line = domain.place_of(exact if exact in domain.lines else self.part)
        return Remark(source, line, self.part, self.detail, self.remedy, self.severity)


def is_searched(domain: Domain) -> bool:
    """Return whether the domain is for a search: the exchange format knows no versions."""
    return not domain.version
