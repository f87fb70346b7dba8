"""The planner decomposes goals into tasks and carries their pipelines out."""
