"""The database of the tests: migrated once, kept by a digest of what is migrated, and copied to each worker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from tests.once import one_at_a_time

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"


def digest() -> str:
    """What a migrated database is made of: the migrations, the fields they name, the packages."""
    assay = SRC / "assay"
    said = [*assay.glob("*/migrations/*.py"), *assay.glob("furniture/*.py")]
    told = sha256()
    for path in [*sorted(said), ROOT / "requirements" / "base.txt"]:
        told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def sqlite_file(kept: Path) -> Path:
    """A migrated file of SQLite, to be copied; made where `kept` has none of this digest yet."""
    made = kept / f"{digest()}.sqlite3"
    with one_at_a_time(kept / "lock"):
        if not made.exists():
            for old in kept.glob("*.sqlite3"):
                old.unlink()
            folder = kept / "under way"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _migrate(ASSAY_DATA=str(folder), DATABASE_URL="")
            (folder / "assay.sqlite3").replace(made)
            shutil.rmtree(folder)
    return made


def put(kept: Path) -> None:
    """A migrated database where Django looks for that of the tests, in place of one that is there."""
    held = connection.settings_dict
    name = str(held["TEST"]["NAME"] or f"test_{held['NAME']}")
    if connection.vendor == "sqlite":
        shutil.copyfile(sqlite_file(kept), name)
    else:
        _copy_in_server(name)


def _copy_in_server(name: str) -> None:
    """The same within the server of DATABASE_URL."""
    server, made = os.environ["DATABASE_URL"], f"migrated_{digest()}"
    with psycopg.connect(server, autocommit=True) as held:
        held.execute("SELECT pg_advisory_lock(1)")  # until this connection ends
        if not held.execute("SELECT 1 FROM pg_database WHERE datname = %s", [made]).fetchone():
            _say(held, "DROP DATABASE IF EXISTS {}", "under_way")
            _say(held, "CREATE DATABASE {}", "under_way")
            _migrate(DATABASE_URL=f"{server.rsplit('/', 1)[0]}/under_way")
            _say(held, "ALTER DATABASE {} RENAME TO {}", "under_way", made)
        _say(held, "DROP DATABASE IF EXISTS {}", name)
        _say(held, "CREATE DATABASE {} TEMPLATE {}", name, made)


def _say(held: psycopg.Connection[tuple[object, ...]], text: str, *names: str) -> None:
    held.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def _migrate(**env: str) -> None:
    command = [sys.executable, "-m", "django", "migrate", "-v0", "--settings=tests.settings"]
    paths = os.pathsep.join(map(str, (SRC, ROOT)))
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths, **env}, check=True)
