"""Chromium for the tests that look at pages: found, or installed by apt where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"  # the same engine without a window: a page opens in a third of the time
CJK = ("NotoSansCJK", "NotoSerifCJK", "SourceHan", "wqy", "PingFang", "msyh")
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
ARGUMENTS = [
    "--lang=zh-CN", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
# Its own words (no file chosen, year/month/day) in Chinese as well.
CHINESE: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"}
MISSING = "no Chromium with Chinese fonts: apt-get install chromium fonts-noto-cjk; pages were not looked at"


def chromium() -> str | None:
    """The program, once Chinese can be drawn too; as root on Debian both are installed if missing."""
    wanted = [] if _found() else ["chromium", "chromium-l10n"]
    _install(wanted + ([] if _chinese() else ["fonts-noto-cjk"]))
    return _found() if _chinese() else None


def shell() -> str | None:
    """The engine alone, for what needs none of the window's own words; the whole program where it is not."""
    whole = chromium()
    if whole is not None and shutil.which(SHELL) is None:
        _install([SHELL])
    return whole and (shutil.which(SHELL) or whole)


def _install(wanted: list[str]) -> None:
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"browser: installing {' '.join(wanted)}", flush=True)
        for words in (
            ["update", "-q"],
            ["install", "-y", "-q", "--no-install-recommends", *wanted],
        ):
            subprocess.run(["apt-get", *words], check=False, capture_output=True)


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _chinese() -> bool:
    """Whether a font with Chinese characters is there; without one each would be a box."""
    return any(
        name in file for folder in FONTS if folder.is_dir() for _, _, files in os.walk(folder)
        for file in files for name in CJK
    )  # fmt: skip
