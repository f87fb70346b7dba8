"""An independent judge of plans: it shares no code with the planner, not even the reader."""
