"""Catalogues of words: English beside the Chinese the program is written in, compiled at start."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polib


def compile_catalogs(root: Path) -> list[str]:
    """Compile each room's locale/*/LC_MESSAGES/django.po that is newer than its .mo.

    Beside the .po where that can be written (Django finds it there by itself), else below a
    temporary folder. Returns the further folders Django must look into.
    """
    further: list[str] = []
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        catalog = polib.pofile(str(source))
        try:
            _write(catalog.to_binary(), target)
        except OSError:
            folder = Path(tempfile.mkdtemp(prefix="assay-words-"))
            target = folder / source.parent.parent.name / "LC_MESSAGES" / "django.mo"
            target.parent.mkdir(parents=True)
            _write(catalog.to_binary(), target)
            further.append(str(folder))
    return further


def _write(binary: bytes, target: Path) -> None:
    """All of it or none: several processes start at once."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as stream:
        stream.write(binary)
    Path(stream.name).chmod(0o644)
    Path(stream.name).replace(target)
