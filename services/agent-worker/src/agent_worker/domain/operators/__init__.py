"""What the agent thinks: one module for each operator, named after it."""
