"""What the agent does: one module for each operator, named after it."""
