"""Proposing a schema: one contract that explains the profiles of all partitions."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from pydantic import Field

from agent_worker.capabilities.artifacts import Outputs, inputs_named, read_document
from agent_worker.capabilities.declared_contracts import Declaration, declared_table
from agent_worker.capabilities.learning import (
    Sample,
    chosen_samples,
    confirm,
    learn,
    read_samples,
)
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.source_memories import recall
from agent_worker.capabilities.value_proposals import propose_rules_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.learning import Learning, readings_of
from agent_worker.domain.mending import with_partners
from agent_worker.domain.mending_told import counted
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.propose_schema import (
    DraftInput,
    HypothesisTold,
    LearningSeen,
    ProfilesCompared,
    most_telling,
)
from agent_worker.domain.profile import PartitionProfile, regular_share
from agent_worker.domain.quality import merge_counts, quality_of
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.schema_inference import propose_contract
from agent_worker.domain.source_memory import Recalled, recall_for
from shared.contracts.vocabulary import ActionType, Contract, Parameters, QualityScore

TABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
"""Names that are folders and SQL identifiers everywhere; 63 characters is PostgreSQL's limit."""


class ProposeParameters(Contract):
    """What the task gives."""

    table: str
    key: tuple[str, ...] | None = None
    quality_min: QualityScore | None = None
    contract: Declaration = None
    """What somebody declares of the table."""
    quality_weights: dict[Dimension, float] = Field(default_factory=dict)
    is_mending: bool = True
    """Whether a recipe is learnt; not where the electors have refused one."""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    proposal = _open(request, workshop)
    match request.action:
        case ActionType.VALIDATE_DATA:
            return proposal.learn()
        case ActionType.ROUTE_PIPELINE:
            return proposal.write(DraftInput.model_validate(request.action_input))
        case _:
            return proposal.compare()


def _open(request: ActionRequest, workshop: Workshop) -> "_Proposal":
    parameters = ProposeParameters.model_validate(request.parameters)
    _check_table_name(parameters.table)
    profiles = {
        name: read_document(workshop.store, artifact, PartitionProfile)
        for name, artifact in inputs_named(request, "profile:").items()
    }
    samples = inputs_named(request, "sample:") if parameters.is_mending else {}
    contract = propose_contract(
        [*profiles.values()],
        table=parameters.table,
        key=parameters.key or (),
        quality_min=parameters.quality_min or 0.0,
        declared=declared_table(workshop, parameters.contract, parameters.table),
    ).model_copy(update={"quality_weights": parameters.quality_weights})
    chosen = chosen_samples([Sample(profiles[name], rows) for name, rows in samples.items()])
    return _Proposal(request, workshop, contract, tuple(profiles.values()), chosen)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """The schema that explains all profiles, on its way to become a contract."""

    request: ActionRequest
    workshop: Workshop
    contract: TableContract
    profiles: tuple[PartitionProfile, ...]
    samples: tuple[Sample, ...]

    def compare(self) -> ActionOutcome:
        """Lay the profiles together, and remember what was learnt about this source before."""
        share = regular_share(column for profile in self.profiles for column in profile.columns)
        recalled = self.recalled()
        compared = ProfilesCompared(
            partitions=len(self.profiles),
            rows=sum(profile.rows for profile in self.profiles),
            columns={column.name: column.data_type for column in self.contract.columns},
            evidence=self.contract.evidence,
            regular_share=share,
            samples=len(self.samples),
            recalled_steps=len(recalled.memory.recipe.steps) if recalled else 0,
            recalled_success=recalled.memory.success if recalled else 0,
            drift=tuple(recalled.drift.values()) if recalled else (),
        )
        return ActionOutcome(observation=compared.model_dump(mode="json"), data_quality_score=share)

    def recalled(self) -> Recalled | None:
        """Return what was learnt about this source before, held against what is there now."""
        if not self.samples:
            return None
        uris = (profile.partition.uri for profile in self.profiles)
        memory = recall(self.workshop.store, self.contract.table, uris)
        return memory and recall_for(memory, self.contract, self.learning())

    def learning(self, rows: int = 0) -> Learning:
        """Return what a recipe is learnt on."""
        return Learning(
            rows=rows,
            partitions=tuple(sample.profile.partition.uri for sample in self.samples),
            readings=readings_of(self.profiles, self.contract.names_by_alias),
        )

    def learn(self) -> ActionOutcome:
        """Judge the samples by the contract, diagnose their values, and draft the contract."""
        sampled = read_samples(self.samples, self.contract, self.workshop)
        values, recalled = sampled.values, self.recalled()
        known = () if recalled is None else recalled.recipe.steps
        held = confirm(values, known, recalled.memory.learning.rows if recalled else 0)
        recipe = learn(values, held)
        rows, rules = values.count(), self.contract.rules
        draft = self.contract.model_copy(
            update={
                "recipe": recipe,
                "rules": (*rules, *propose_rules_of(values, recipe, rules)),
                "learning": self.learning(rows),
                "evidence": (*self.contract.evidence, *(step.reason for step in recipe.steps)),
            }
        )
        score = merge_counts(map(quality_of, sampled.tallies)).score
        seen = LearningSeen(
            draft=Outputs(self.workshop.store, self.request).write_document("draft", draft),
            rows=rows,
            partitions=len(sampled.partitions),
            score=score,
            steps=tuple(map(HypothesisTold.of, most_telling(recipe.steps))),
            steps_found=len(recipe.steps),
            cells_found=recipe.cells,
            steps_recalled=len(known),
            steps_confirmed=len(held),
        )
        values.connection.execute(f"drop table {values.name}")
        return ActionOutcome(observation=seen.model_dump(mode="json"), data_quality_score=score)

    def write(self, given: DraftInput) -> ActionOutcome:
        """Write the contract, with the recipe that was drafted."""
        contract, score = self.contract, given.score
        if given.draft is not None:
            contract = read_document(self.workshop.store, given.draft, TableContract)
            contract = sparing(contract, given.spared)
        outputs = Outputs(self.workshop.store, self.request)
        artifact = outputs.write_document("schema_contract", contract)
        subject = f"schema of new table {contract.table} ({len(contract.columns)} columns"
        if contract.recipe.steps:
            subject += f", a recipe of {counted(len(contract.recipe.steps), 'step')}"
        facts: Parameters = {"subject": f"{subject})"}
        return written(Handover(artifacts=(artifact,), facts=facts, score=score))


def sparing(contract: TableContract, columns: Collection[str]) -> TableContract:
    """Return the contract without the steps for these columns, and those that go with them."""
    steps = contract.recipe.steps
    spared = {at for at, step in enumerate(steps) if step.column in columns}
    left_out = with_partners(steps, spared)
    reasons = {steps[at].reason for at in left_out}
    return contract.model_copy(
        update={
            "recipe": Recipe(
                steps=tuple(step for at, step in enumerate(steps) if at not in left_out)
            ),
            "evidence": tuple(each for each in contract.evidence if each not in reasons),
        }
    )


def _check_table_name(table: str) -> None:
    if TABLE_NAME.fullmatch(table) is None:
        raise ActionFailedError(
            "table_name_invalid",
            f"{table!r} cannot be the name of a table",
            remedy="Use at most 63 letters, digits and underscores, and no digit in front.",
        )
