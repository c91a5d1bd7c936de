"""Readers of sales."""
