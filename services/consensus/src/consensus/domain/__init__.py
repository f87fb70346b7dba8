"""What consensus decides, without I/O, clock or chance."""
