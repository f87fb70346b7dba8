"""What every engine and every API measures, in one place; domains measure nothing.

Counters are labelled by machine, because several engines of one machine add up; gauges by engine,
because they do not.
"""

from prometheus_client import Counter, Gauge, Histogram

from shared.contracts.voting import ConsensusResult

MESSAGES_TAKEN = Counter(
    "argosy_messages_taken_total",
    "Inputs of machines, by what became of them.",
    ["machine", "outcome"],
)
"""Outcomes: stepped, duplicate, undecodable, step_failed."""

MESSAGES_SENT = Counter(
    "argosy_messages_sent_total", "Messages published from the outbox.", ["machine", "topic"]
)

DEAD_LETTERS = Counter(
    "argosy_dead_letters_total", "Messages sent to the dead letters.", ["machine", "reason"]
)

TIMERS_FIRED = Counter("argosy_timers_fired_total", "Timers that came due.", ["machine"])

PROPOSALS = Counter("argosy_proposals_total", "Proposals that were concluded.", ["rule", "outcome"])

VOTES = Counter(
    "argosy_votes_total", "Votes on concluded proposals, by what became of them.", ["outcome"]
)
"""Outcomes: counted, equivocating (electors), late, foreign."""

COMMIT_SECONDS = Histogram(
    "argosy_commit_seconds", "Time of one store transaction, in seconds.", ["machine"]
)

PUBLISH_SECONDS = Histogram(
    "argosy_publish_seconds", "Time until the bus confirmed a batch, in seconds.", ["machine"]
)

SESSIONS_RESTARTED = Counter(
    "argosy_sessions_restarted_total",
    "Times an engine gave its shards up and claimed them again.",
    ["machine", "reason"],
)

RECORDS_HELD = Gauge("argosy_records_held", "Records that an engine holds in memory.", ["engine"])

ACTIVITIES_RUNNING = Gauge("argosy_activities_running", "Activities under way.", ["engine"])

LAST_PROGRESS = Gauge(
    "argosy_last_progress_timestamp_seconds",
    "When the engine last completed a turn, in seconds since 1970.",
    ["engine"],
)

HTTP_REQUESTS = Counter(
    "argosy_http_requests_total", "HTTP requests answered.", ["route", "method", "status"]
)

HTTP_REQUEST_SECONDS = Histogram(
    "argosy_http_request_duration_seconds", "Time to answer a request, in seconds.", ["route"]
)


def count_votes(decided: ConsensusResult) -> None:
    """Count a proposal that was concluded, with its votes."""
    PROPOSALS.labels(decided.rule, decided.outcome).inc()
    VOTES.labels("counted").inc(len(decided.votes))
    VOTES.labels("equivocating").inc(len(decided.equivocators))
    VOTES.labels("late").inc(decided.late)
    VOTES.labels("foreign").inc(decided.foreign)
