"""What the planner decides, without I/O, clock or chance."""
