"""Work on whole tables behind one port: DuckDB in this process, or Spark on many machines."""
