"""What the fleet plans with: the built-in domain, or one with more ways and more to be undone."""

from functools import cache
from random import Random

from agent_worker.domain.actions import OPERATORS
from planner.domain.built_in import data_domain, extended_domain
from planner.domain.model.tasks import Domain

CHECKED_GOAL = "ingest_checked"

CHECKED = """
domain: data
version: "2"

tasks:
  ingest_checked:
    type: abstract
    description: Build a table, announce it, and look at it once more.
    parameters: [table, sources, key, quality_min, contract, quality_weights]
    outputs: ["table:{table}"]
    effects: [report]

  publish_checked:
    type: compound
    parameters: [table]
    inputs: ["clean:*", "quarantine:*", "summary:*", schema_contract]
    outputs: ["table:{table}"]
    effects: [report]

  announce_table:
    type: primitive
    parameters: [table]
    inputs: ["table:{table}"]
    outputs: ["announcement:{table}"]
    work: {compensation: withdraw_announcement}

  check_table:
    type: primitive
    parameters: [table]
    inputs: ["table:{table}", "announcement:{table}"]
    work: {}

methods:
  - name: from_files_checked
    task: ingest_checked
    steps: [discover_sources, profile_partitions, agree_schema, clean_partitions, publish_checked]

  - name: from_files_again
    task: ingest_checked
    steps: [discover_sources, profile_partitions, agree_schema, clean_partitions, publish_checked]

  - name: vote_again
    task: agree_schema
    steps:
      - task: propose_schema
        arguments: {is_mending: true}
      - decide_schema

  - name: clean_again
    task: clean_partitions
    for_each: {partition: partitions, label: partition.name}
    steps: [clean_partition]

  - name: check_at_once
    task: publish_checked
    steps: [publish_table, announce_table, check_table]

  - name: check_again
    task: publish_checked
    steps: [publish_table, announce_table, check_table]
"""
"""All ways of one task make the same, so that what was repaired can be held against a calm run."""

CAPABILITIES = (*OPERATORS, "announce_table", "check_table", "withdraw_announcement")


def is_checked(seed: int) -> bool:
    """Tell whether the goals of this seed are checked ones: about half of the seeds."""
    return Random(f"domain {seed}").choice((False, True))


def domain_of(seed: int) -> Domain:
    """Return what the planners of this seed plan with."""
    return _checked_domain() if is_checked(seed) else data_domain()


@cache
def _checked_domain() -> Domain:
    return extended_domain({"checked.yaml": CHECKED})
