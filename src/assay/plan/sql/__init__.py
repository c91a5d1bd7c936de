"""The same Program as one query of whole numbers only; it writes text, the engine runs it."""
