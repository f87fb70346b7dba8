"""The goal types as the help names them; known here, so that a client loads no planner."""

ONE_LINERS = {
    "ingest_table": "Build one clean, versioned table from files that are neither.",
    "validate_dataset": "Tell how good files are and what is wrong with them, and change nothing.",
    "clean_dataset": "Clean files, and write them as files again, with a manifest that names them.",
    "aggregate_table": "Build a table with the figures of another table's groups.",
    "join_tables": "Build a table of the rows of two tables that have the same key.",
    "deduplicate": "Build a table with one row for each key of another.",
    "compact_table": "Join a table's small files; no row changes.",
    "backfill": "Give a table the files that it lacks, each of them once.",
    "migrate_schema": "Change a table's columns, after a vote on what that takes from its rows.",
    "monitor_stream": "Take what is new in a growing folder or a topic into a table, exactly once.",
    "build_analytics_platform": "Build several tables, of files and of one another.",
}
"""What a goal of each built-in type does."""

_LINES = "\n".join(f"{name}: {does}" for name, does in ONE_LINERS.items())

GOAL_TYPES = f"\b\nGoal types (docs/goals has an example of each):\n{_LINES}"
"""A paragraph of a help text, one line for each type."""
