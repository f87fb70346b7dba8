"""Which partitions may be read: sources below the roots, and batches where tasks write."""

import pytest

from agent_worker.capabilities.child import carry_out
from agent_worker.capabilities.partitions import open_partition
from agent_worker.domain.actions import VoteOutcome, VoteRequest
from agent_worker.domain.failures import ActionFailedError
from shared.contracts.voting import SchemaProposal, VoteChoice
from tests.unit.agent_worker.monitor import Monitor
from tests.unit.agent_worker.workbench import Workbench


@pytest.mark.parametrize(
    "uri",
    [
        "{store}tables/t/secret.csv",
        "{store}work/../tables/t/secret.csv",
        "{store}work/%2E%2E/tables/t/secret.csv",
        "{store}work/a/..%2F../tables/t/secret.csv",
        "{store}work/../../../etc/passwd",
        "{store}working/secret.csv",
        "s3://bucket/work/secret.csv",
    ],
)
def test_nothing_else_in_the_store_is_a_partition(bench: Workbench, uri: str) -> None:
    store = bench.workshop.store
    staged = store.stage("tables/t/secret.csv")
    staged.write_text("a,b")
    store.put("tables/t/secret.csv", staged)
    with pytest.raises(ActionFailedError) as caught:
        open_partition(bench.workshop, uri.format(store=store.uri_of("")))
    assert caught.value.failure.code in {"source_not_allowed", "source_scheme_unknown"}


def test_a_link_out_of_the_store_is_no_partition(bench: Workbench) -> None:
    secret = bench.sources.parent / "secret.csv"
    secret.write_text("a,b")
    (bench.store / "work").mkdir(parents=True)
    (bench.store / "work" / "link.csv").symlink_to(secret)
    with pytest.raises(ActionFailedError) as caught:
        open_partition(bench.workshop, bench.workshop.store.uri_of("work/link.csv"))
    assert caught.value.failure.code == "artifact_outside_store"


def test_electors_look_at_batches_as_at_sources(bench: Workbench) -> None:
    path = bench.write("log.csv", "id,name", *(f"{number},n{number}" for number in range(50)))
    _, parts = Monitor(bench, path.as_uri()).prepare("first")
    batch = next((bench.store / "work" / "first").glob("discover_batches/1/*.csv"))
    proposal = SchemaProposal(
        proposal_id="proposal",
        pipeline_id="first",
        task_id="decide",
        subject="schema",
        proposer_id="proposer",
        artifact=parts[-1],
        partitions=(batch.as_uri(),),
    )
    outcome = carry_out(VoteRequest(proposal=proposal, voter_id="v"), bench.workshop).outcome
    assert isinstance(outcome, VoteOutcome)
    assert outcome.choice is VoteChoice.APPROVE
