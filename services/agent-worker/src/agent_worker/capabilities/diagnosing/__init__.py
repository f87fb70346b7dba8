"""Finding values that are wrong although they read well, without anybody having labelled any.

A detector is a module with one idea: a function from a table of values to steps of a recipe. It
asks its questions in SQL, on distinct values and groups, and leaves the decision to a pure function
of `domain/diagnosing`. `detectors.py` lists them; `diagnose` runs them one after the other, each on
the values that the ones before have mended.
"""
