"""The topics, as data: adapters create them, documents and deployment are generated from them."""

from dataclasses import dataclass

MAX_DATA_AGENTS = 50
"""Agents at once; each has an inbox partition, so the number is fixed with the topic."""

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: how it is divided, how long it remembers, who reads it."""

    name: str
    partitions: int
    key: str
    """What the key of its messages is, for people."""
    readers: str
    """Who reads it, for people."""
    retention_seconds: int
    compacted: bool = False
    """Keeps the newest message of each key for ever, besides the retention."""
    carries: tuple[str, ...] = ()
    """The types of message that are sent to it."""


PLANNER = Topic(
    "argosy.planner",
    12,
    "pipeline id",
    "planner group",
    7 * DAY_SECONDS,
    carries=(
        "goal_submission",
        "goal_command",
        "schedule_submission",
        "schedule_command",
        "data_response",
        "consensus_result",
    ),
)
HUB = Topic(
    "argosy.hub",
    1,
    "conversation id",
    "hub group",
    7 * DAY_SECONDS,
    carries=(
        "agent_registration",
        "data_request",
        "data_response",
        "task_cancellation",
        "schema_proposal",
        "witness_check",
        "proposal_cancellation",
        "proposal_aftermath",
        "consensus_result",
    ),
)
CONSENSUS = Topic(
    "argosy.consensus",
    12,
    "proposal id",
    "consensus group",
    7 * DAY_SECONDS,
    carries=(
        "schema_proposal",
        "validation_vote",
        "witness_verdict",
        "proposal_cancellation",
        "proposal_close",
    ),
)
INBOX = Topic(
    "argosy.inbox",
    MAX_DATA_AGENTS,
    "agent id",
    "the agent that holds the slot",
    DAY_SECONDS,
    carries=("data_request", "task_cancellation", "schema_proposal", "witness_check"),
)
REGISTRY = Topic(
    "argosy.registry",
    1,
    "agent id",
    "everyone",
    7 * DAY_SECONDS,
    compacted=True,
    carries=("agent_admission",),
)
HEARTBEATS = Topic(
    "argosy.heartbeats", 3, "agent id", "hub", HOUR_SECONDS, carries=("agent_heartbeat",)
)
EVENTS = Topic(
    "argosy.events",
    12,
    "pipeline id",
    "the hub's view, anyone",
    7 * DAY_SECONDS,
    carries=("pipeline_status", "react_step", "schema_proposal", "consensus_result"),
)
DEAD_LETTERS = Topic(
    "argosy.dead-letters", 3, "original key", "people", 30 * DAY_SECONDS, carries=("dead_letter",)
)

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (PLANNER, HUB, CONSENSUS, INBOX, REGISTRY, HEARTBEATS, EVENTS, DEAD_LETTERS)
}
"""Every topic by its name."""

MESSAGE_BYTES_MAX = 1_000_000
"""The largest message on a topic: Kafka's default limit of a batch, 1 048 588, less its headers."""

DEAD_LETTER_BYTES_MAX = MESSAGE_BYTES_MAX // 2
"""How much of a message a dead letter keeps: base64 makes 4 bytes of 3, and all must fit."""
