"""The lazy planner: from one task to a partial order of tasks, as far as the facts allow."""
