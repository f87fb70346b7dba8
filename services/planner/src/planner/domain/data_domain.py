"""The built-in domain for data work: files in, one clean, versioned table out.

A new goal type is a task here, its methods, and an entry in `planner.domain.goals.types`.
"""

from planner.domain.pipeline_linting import sound
from planner.domain.pipeline_model import (
    Check,
    Condition,
    Domain,
    Executor,
    ForEach,
    Method,
    Subtask,
    TaskModel,
)
from shared.contracts.vocabulary import DataTaskType

EACH_PARTITION = ForEach("partitions", "partition", label="partition.name")

TASKS = (
    TaskModel(
        "ingest_table",
        DataTaskType.ABSTRACT,
        parameters=("table", "sources", "key", "quality_min"),
    ),
    TaskModel(
        "discover_sources",
        DataTaskType.PRIMITIVE,
        parameters=("sources",),
        effects=("partitions",),
        timeout_seconds=120,
    ),
    TaskModel(
        "profile_partitions",
        DataTaskType.COMPOUND,
        outputs=("profile:*",),
        needs=("partitions",),
    ),
    TaskModel(
        "profile_partition",
        DataTaskType.PRIMITIVE,
        parameters=("partition",),
        outputs=("profile:{partition.name}",),
        duration_seconds=2,
    ),
    TaskModel(
        "agree_schema",
        DataTaskType.COMPOUND,
        parameters=("table", "key", "quality_min"),
        inputs=("profile:*",),
        outputs=("schema_contract",),
        needs=("partitions",),
        effects=("decision",),
    ),
    TaskModel(
        "propose_schema",
        DataTaskType.PRIMITIVE,
        parameters=("table", "key", "quality_min"),
        inputs=("profile:*",),
        outputs=("schema_contract",),
        effects=("subject",),
    ),
    TaskModel(
        "decide_schema",
        DataTaskType.PRIMITIVE,
        inputs=("schema_contract",),
        needs=("partitions", "subject"),
        effects=("decision",),
        executor=Executor.CONSENSUS,
        duration_seconds=2,
    ),
    TaskModel(
        "clean_partitions",
        DataTaskType.COMPOUND,
        parameters=("quality_min",),
        inputs=("schema_contract",),
        outputs=("clean:*", "quarantine:*", "summary:*"),
        needs=("partitions",),
    ),
    TaskModel(
        "clean_partition",
        DataTaskType.PRIMITIVE,
        parameters=("partition", "quality_min"),
        inputs=("schema_contract",),
        outputs=(
            "clean:{partition.name}",
            "quarantine:{partition.name}",
            "summary:{partition.name}",
        ),
        duration_seconds=4,
        timeout_seconds=1800,
    ),
    TaskModel(
        "publish_table",
        DataTaskType.PRIMITIVE,
        parameters=("table",),
        inputs=("clean:*", "quarantine:*", "summary:*", "schema_contract"),
        outputs=("table:{table}",),
        effects=("report",),
        duration_seconds=2,
        timeout_seconds=1800,
    ),
)

PROPOSAL_ARGUMENTS = {"table": "table", "quality_min": "quality_min"}

METHODS = (
    Method(
        "from_files",
        "ingest_table",
        (
            Subtask("discover_sources", {"sources": "sources"}),
            Subtask("profile_partitions"),
            Subtask("agree_schema", {**PROPOSAL_ARGUMENTS, "key": "key"}),
            Subtask("clean_partitions", {"quality_min": "quality_min"}),
            Subtask("publish_table", {"table": "table"}),
        ),
        when=(Condition("sources", Check.GIVEN),),
    ),
    Method(
        "profile_each",
        "profile_partitions",
        (Subtask("profile_partition", {"partition": "partition"}, for_each=EACH_PARTITION),),
    ),
    Method(
        "by_vote",
        "agree_schema",
        (
            Subtask("propose_schema", {**PROPOSAL_ARGUMENTS, "key": "key"}),
            Subtask("decide_schema"),
        ),
    ),
    Method(
        "clean_each",
        "clean_partitions",
        (
            Subtask(
                "clean_partition",
                {"partition": "partition", "quality_min": "quality_min"},
                for_each=EACH_PARTITION,
            ),
        ),
    ),
)

DATA_DOMAIN = sound(Domain("data", "1", tasks=TASKS, methods=METHODS))
