"""Errors told in the user's words; the command line prints them and ends with exit status 2."""

from __future__ import annotations


class UserError(Exception):
    """Input or a choice that cannot be used; the message says what is wrong and how to mend it."""
