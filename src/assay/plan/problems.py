"""What is wrong with a plan: where, under which clause, what was expected and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a plan file: line and column from 1, and the clause that governs it."""

    line: int
    column: int
    clause: str = ""


NOWHERE = Place(1, 1)


@dataclass(frozen=True)
class Problem:
    """One fault of a plan, in the words of the person who writes plans."""

    place: Place
    message: str
    expected: str = ""
    mend: str = ""

    def text(self, file: str) -> str:
        """The fault as printed: `file:line:column (clause …): message. Expected …. Mend: …`."""
        clause = f" (clause {self.place.clause})" if self.place.clause else ""
        parts = [f"{file}:{self.place.line}:{self.place.column}{clause}: {self.message}"]
        if self.expected:
            parts.append(f"  expected: {self.expected}")
        if self.mend:
            parts.append(f"  to mend:  {self.mend}")
        return "\n".join(parts)

    def data(self, file: str) -> dict[str, object]:
        """The fault for `--json`."""
        return {
            "file": file,
            "line": self.place.line,
            "column": self.place.column,
            "clause": self.place.clause,
            "message": self.message,
            "expected": self.expected,
            "mend": self.mend,
        }


class PlanError(Exception):
    """A plan that cannot be used; carries every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem], file: str = "plan") -> None:
        found = {(p.place.line, p.place.column, p.message): p for p in problems}
        self.problems = tuple(found[key] for key in sorted(found))
        self.file = file
        super().__init__("\n".join(p.text(file) for p in self.problems))

    def named(self, file: str) -> PlanError:
        """The same error under the file's name."""
        return PlanError(self.problems, file)


def fault(place: Place, message: str, expected: str = "", mend: str = "") -> PlanError:
    """A PlanError of one problem."""
    return PlanError([Problem(place, message, expected, mend)])


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean …?` when a known word is close, else an empty text."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean “{close[0]}”?" if close else ""
