"""An elector's look at a proposed schema: a sample of its own, read by the proposal's rules.

The sample is drawn from source files for a new table, and from the table's own files where its
schema is to change.
"""

from agent_worker.capabilities.artifacts import read_document
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.mend_trials import judge_steps
from agent_worker.capabilities.mending import mend_whole
from agent_worker.capabilities.migration_sampling import sample_files
from agent_worker.capabilities.partitions import open_partition
from agent_worker.capabilities.reading.sampling import Drawing, sample_file
from agent_worker.capabilities.reading.sheets import sheet_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import VoteOutcome, VoteRequest
from agent_worker.domain.cleaning import UNUSABLE
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.mending import Choice, StepTrial
from agent_worker.domain.migration_voting import judge_migration
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.voting import (
    SampledPartition,
    choose_partitions,
    judge_sample,
)
from shared.contracts.voting import VoteChoice

EXAMPLES_MAX = 5


def cast_vote(request: VoteRequest, workshop: Workshop) -> VoteOutcome:
    """Judge the proposal; what cannot be looked at leads to an abstention that says why."""
    try:
        return _judge(request, workshop)
    except ActionFailedError as error:
        return VoteOutcome(
            choice=VoteChoice.ABSTAIN, confidence=0, evidence=(), reason=error.failure.detail
        )


def _judge(request: VoteRequest, workshop: Workshop) -> VoteOutcome:
    proposal = request.proposal
    contract = read_document(workshop.store, proposal.artifact, TableContract)
    seed = f"{proposal.proposal_id}:{request.voter_id}"
    known = () if contract.learning is None else contract.learning.partitions
    chosen = choose_partitions(proposal.partitions, seed, known)
    if contract.migration is not None:
        samples = sample_files(workshop, chosen, contract.migration, seed)
        return judge_migration(contract.migration, samples)
    samples = [_look_at(uri, contract, seed, workshop) for uri in chosen]
    return judge_sample(samples, len(contract.recipe.steps))


def _look_at(uri: str, contract: TableContract, seed: str, workshop: Workshop) -> SampledPartition:
    path = open_partition(workshop, uri)
    texts = sample_file(
        workshop.connection,
        path,
        Drawing(f"{seed}:{uri}", sheet_of(uri)),
        name=workshop.new_table_name(),
        scratch=workshop.scratch,
    )
    judged = judge(texts, contract, workshop.sample_rows_max)
    sampled = SampledPartition(
        partition=path.name,
        tally=judged.tally,
        examples=_examples(judged),
        steps=_try_recipe(judged),
    )
    judged.drop()
    return sampled


def _try_recipe(judged: JudgedTable) -> tuple[StepTrial, ...]:
    """Return what the proposed recipe finds in a sample."""
    recipe = judged.contract.recipe
    if not recipe.steps:
        return ()
    mended = mend_whole(judged, recipe, Choice(tried=len(recipe.steps)))
    trials = judge_steps(mended, rows=judged.texts.rows)
    mended.drop()
    return trials


def _examples(judged: JudgedTable) -> tuple[str, ...]:
    """Show some texts that do not fit, each with its column."""
    unusable = ", ".join(f"{cell_class:d}" for cell_class in UNUSABLE)
    shown: list[str] = []
    for place, column in enumerate(judged.contract.columns):
        if judged.tally.columns[place].count(*UNUSABLE):
            found = judged.rows.filter(f"k{place} in ({unusable})").order("line").limit(2)
            shown += [f"{column.name}: {text}" for (text,) in found.project(f"x{place}").fetchall()]
    return tuple(shown[:EXAMPLES_MAX])
