"""A planning domain as data, whichever format it was written in; both engines read it."""
