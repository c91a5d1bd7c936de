"""Tests of the assay."""
