"""A proposal as its electors judge it: what was proposed, by whose eyes, with which tools."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.voting.samples import Seat, sample_rows
from shared.contracts.voting import ProposalKind, SchemaProposal


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal before one elector."""

    workshop: Workshop
    proposal: SchemaProposal
    contract: TableContract
    """What is proposed."""
    seat: Seat
    partitions: int = 1
    """How many partitions the sample is drawn from."""
    foreign: Mapping[str, str] = field(default_factory=dict[str, str])
    """Columns whose values are another column's, as the elector's own data say: why."""

    @property
    def is_declaration(self) -> bool:
        """Whether the contract is what somebody promises, instead of how dirt is read."""
        return self.proposal.proposal_kind is ProposalKind.CONTRACT

    def is_table_file(self, uri: str) -> bool:
        """Tell whether a partition is a file of the table that is to change."""
        tables = self.workshop.store.uri_of("tables")
        return self.contract.migration is not None and uri.startswith(f"{tables}/")

    @property
    def rows_max(self) -> int:
        """Rows to draw from one partition."""
        return -(-sample_rows(self.proposal) // max(1, self.partitions))
