"""What an agent can do to data: the actions, run in child processes."""
