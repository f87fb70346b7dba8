"""What the hub decides, without I/O, clock or chance."""
