"""The real machines and the real engine on simulated ports, from one seed."""
