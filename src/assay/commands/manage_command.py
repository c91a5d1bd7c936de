"""`manage`: Django's own commands on a data folder, for those who work on Assay."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from assay.site.boot import prepare


def main(argv: list[str]) -> int:
    """`manage [--data DIR] makemigrations …`."""
    data = Path("demo/site")
    if argv[:1] == ["--data"] and len(argv) > 1:
        data, argv = Path(argv[1]), argv[2:]
    prepare(data, demo=True)
    execute_from_command_line(["assay manage", *argv])
    sys.stdout.flush()
    return 0
