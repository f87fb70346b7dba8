"""Places: sources that are no local files, copied once to where the task's outputs lie.

What is read afterwards is the copy, known by its SHA-256: a source that changes in the meantime
changes nothing, and a retry of a later task sees the same rows.
"""
