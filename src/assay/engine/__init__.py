"""Runs a Program: by DuckDB or the reference; writes credits, statements and run.json."""
