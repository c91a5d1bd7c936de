"""Assay · 成色: pays sales commission from a plan that people can read, and explains every 分."""

__version__ = "0.1.0"
