"""What an agent decides, without I/O, clock or chance."""
