"""A thread of work from end to end."""
