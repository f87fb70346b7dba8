"""What the detectors decide, as pure functions of counts and distinct values."""
