"""What a finding is about: one rule of a role, or all that a payee's month has."""

from __future__ import annotations

from dataclasses import dataclass

from assay.plan.program import PayRule
from assay.plan.prove.finding import TOTAL


@dataclass(frozen=True)
class Subject:
    """Some rules of a role: one, or all that a payee's month has."""

    name: str
    role: str
    rules: tuple[PayRule, ...]

    @property
    def whole(self) -> bool:
        """Whether it is the payee's whole month."""
        return self.name.endswith(f".{TOTAL}")
