"""Readers of customers."""
