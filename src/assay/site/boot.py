"""Before Django starts: the data folder, its keys, and the environment the settings read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from assay.errors import UserError

KEYS = {"ASSAY_SECRET_KEY": "secret.key", "ASSAY_SEAL_KEY": "seal.key"}


def prepare(data: Path | None = None, demo: bool = False) -> Path:
    """Make the data folder and its keys (mode 600) and put them into the environment.

    `secret.key` signs sessions; `seal.key` opens sealed texts: keep a copy of it with the backups.
    """
    folder = (data or Path(os.environ.get("ASSAY_DATA", "data"))).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}; name a data folder with --data") from None
    os.environ["ASSAY_DATA"] = str(folder)
    if demo:
        os.environ["ASSAY_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.site.settings")
    for name, file in KEYS.items():
        if not os.environ.get(name):
            os.environ[name] = _key(folder / file)
    return folder


def _key(path: Path) -> str:
    """A key kept in a file only its owner reads; made where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise UserError(f"{path}: others can read this key; chmod 600 {path}") from None
        key = path.read_text(encoding="ascii").strip()
        if len(key) < 40:
            raise UserError(f"{path}: no key in it; restore it from a backup") from None
        return key
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    key = secrets.token_urlsafe(50)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key + "\n")
    return key
