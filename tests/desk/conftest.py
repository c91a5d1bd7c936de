"""One house with one of everything for all tests of a module."""

from tests.site.conftest import house

__all__ = ["house"]
