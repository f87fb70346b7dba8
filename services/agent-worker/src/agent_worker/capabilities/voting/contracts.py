"""What is proposed, as a table's contract: one that agents wrote, or one that somebody declares."""

from pydantic import ValidationError

from agent_worker.capabilities.artifacts import open_artifact
from agent_worker.capabilities.profiling import profile_partition
from agent_worker.capabilities.voting.grounds import read_ground
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.odcs.reading import read_contract
from agent_worker.domain.odcs.remarks import UnsoundContractError
from agent_worker.domain.profile import Partition, PartitionProfile
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.schema_inference import propose_contract
from agent_worker.domain.voting.contradictions import redacted
from agent_worker.domain.voting.samples import Seat, choose_partitions
from shared.contracts.voting import ProposalKind, SchemaProposal


def proposed_contract(workshop: Workshop, proposal: SchemaProposal, seat: Seat) -> TableContract:
    """Return what is voted on.

    A declared contract says what data are and not how they are spelled: that is for the elector's
    own partitions to tell.

    Raises:
        ActionFailedError: the artifact is gone or not what was proposed; what it declares cannot be
            kept, or nothing in the data is like it.
        ValidationError: it is no contract.
    """
    content = open_artifact(workshop.store, proposal.artifact).read_bytes()
    try:
        return TableContract.model_validate_json(content)
    except ValidationError:
        if proposal.proposal_kind is not ProposalKind.CONTRACT:
            raise
    try:
        declared = read_contract(content.decode("utf-8-sig"), proposal.artifact.name)
    except (UnsoundContractError, UnicodeDecodeError) as error:
        raise ActionFailedError(
            "contract_unsound",
            f"The contract cannot be kept: {error}",
            remedy="Correct the contract, and propose it again.",
        ) from error
    profiles = [
        _profile(workshop, uri, seat) for uri in choose_partitions(proposal.partitions, seat.seed)
    ]
    return propose_contract(
        profiles, table=declared.name, key=declared.key, quality_min=0.0, declared=declared
    )


def _profile(workshop: Workshop, uri: str, seat: Seat) -> PartitionProfile:
    ground = read_ground(workshop, uri, seat.seed)
    profile = profile_partition(ground, Partition(name=uri, uri=uri, bytes=0, fingerprint=""))
    ground.drop()
    # What cannot be read as declared is told with examples, and the reason of a vote is evidence.
    shown = [
        tuple(redacted(text, workshop.redaction) for text in column.examples)
        for column in profile.columns
    ]
    columns = tuple(
        column.model_copy(update={"examples": examples})
        for column, examples in zip(profile.columns, shown, strict=True)
    )
    return profile.model_copy(update={"columns": columns})
