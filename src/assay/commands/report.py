"""Papers written where a command is told to: FILE.html or FILE.pdf."""

from __future__ import annotations

from pathlib import Path

from assay.errors import UserError
from assay.papers.html import html
from assay.papers.model import Paper
from assay.papers.pdf import pdf

_ENDINGS = (".html", ".pdf")


def checked(path: Path | None, option: str = "--report") -> Path | None:
    """A file a paper can be written to; asked before the work is done, not after."""
    if path is not None and path.suffix.lower() not in _ENDINGS:
        raise UserError(f"{option} {path}: a paper is written as FILE.html or FILE.pdf")
    return path


def write_paper(paper: Paper, path: Path) -> None:
    """Write a paper as its file's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".pdf":
        path.write_bytes(pdf(paper))
    else:
        path.write_text(html(paper), encoding="utf-8", newline="\n")
