"""What is wrong with a plan: where, under which clause, what was expected and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from assay.plan.sentences import say, told_in


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a plan file: line and column from 1, and the clause that governs it."""

    line: int
    column: int
    clause: str = ""


NOWHERE = Place(1, 1)
LABELS = {"en": ("clause", "expected: ", "to mend:  "), "zh": ("条款", "应为：", "改法：")}


@dataclass(frozen=True)
class Problem:
    """One fault of a plan, in the words of the person who writes plans."""

    place: Place
    message: str
    expected: str = ""
    mend: str = ""

    def told(self, language: str) -> Problem:
        """The fault in a language, zh or en."""
        return Problem(
            self.place,
            told_in(self.message, language),
            told_in(self.expected, language),
            told_in(self.mend, language),
        )

    def text(self, file: str, language: str = "en") -> str:
        """The fault as printed: `file:line:column (clause …): message. Expected …. Mend: …`."""
        say, one = LABELS[language], self.told(language)
        clause = f" ({say[0]} {self.place.clause})" if self.place.clause else ""
        parts = [f"{file}:{self.place.line}:{self.place.column}{clause}: {one.message}"]
        if one.expected:
            parts.append(f"  {say[1]}{one.expected}")
        if one.mend:
            parts.append(f"  {say[2]}{one.mend}")
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

    def text(self, language: str) -> str:
        """Every fault as printed, in a language, zh or en."""
        return "\n".join(p.text(self.file, language) for p in self.problems)

    def named(self, file: str) -> PlanError:
        """The same error under the file's name."""
        return PlanError(self.problems, file)


def fault(place: Place, message: str, expected: str = "", mend: str = "") -> PlanError:
    """A PlanError of one problem."""
    return PlanError([Problem(place, message, expected, mend)])


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean …?` when a known word is close, else an empty text."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return say("did you mean “{0}”?", close[0]) if close else ""
