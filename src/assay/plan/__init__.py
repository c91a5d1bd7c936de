"""Rules, pure: a plan's text in, statement lines out; nothing here reads a file or a database."""
