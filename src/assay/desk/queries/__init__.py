"""Readers of the desk: what waits for each role."""
