"""In which language a command tells what is wrong with a plan."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

LANGUAGES = ("zh", "en")


def add_fault_lang(made: argparse.ArgumentParser) -> None:
    """The option for commands that print nothing else in two languages."""
    made.add_argument(
        "--lang", choices=LANGUAGES, default=fault_language(()),
        help="of what is wrong with the plan; the terminal's when left out",
    )  # fmt: skip


def add_rows_lang(made: argparse.ArgumentParser) -> None:
    """The option for commands that turn rows of facts away, and tell why in a file that stays."""
    made.add_argument(
        "--lang", choices=LANGUAGES, default="zh",
        help="of rejected rows; of what is wrong with the plan, the terminal's when left out",
    )  # fmt: skip


def fault_language(argv: Sequence[str]) -> str:
    """What `--lang` says, else the terminal's language: Chinese in a Chinese one, else English."""
    for place, word in enumerate(argv):
        said = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang":
            said = (*argv, "")[place + 1]
        if said in LANGUAGES:
            return said
    terminal = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if terminal.startswith("zh") else "en"
