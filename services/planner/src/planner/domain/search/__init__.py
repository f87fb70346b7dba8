"""The searching planner: from tasks and a state to actions, by any way that the methods leave."""
