"""Owed: through the URL, the actions and the command line."""
