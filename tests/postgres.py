"""Runs the web tests once more on PostgreSQL, which it starts and stops: python -m tests.postgres."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OF_BOTH = "django_db and not either_database"  # what it asks of the database is asked by others too
DEBIAN = Path("/usr/lib/postgresql")
# Nothing here outlives the run. No autovacuum: it comes upon tables whose rows are not committed yet, takes
# them for empty, and from then on whole tables are read within one another.
QUICK = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
    " -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=256MB"
)


def binaries() -> Path | None:
    """Where initdb and pg_ctl stand; as root on Debian they are installed where missing."""
    on_path = shutil.which("pg_ctl")
    found = sorted(DEBIAN.glob("*/bin/pg_ctl")) or ([Path(on_path)] if on_path else [])
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        print("postgres: installing Debian's postgresql", flush=True)
        for words in (
            ["update", "-q"],
            ["install", "-y", "-q", "--no-install-recommends", "postgresql"],
        ):
            subprocess.run(["apt-get", *words], check=False, capture_output=True)
        found = sorted(DEBIAN.glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """A server of its own in a temporary folder; yields its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL never runs as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    control = [*as_user, str(bin_ / "pg_ctl"), "-D", str(data), "-s", "-w"]
    listening = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {QUICK}"
    )
    initdb = [
        str(bin_ / "initdb"),
        "-D",
        str(data),
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    start = [*control, "-l", str(folder / "log"), "-o", listening, "start"]
    for command in ([*as_user, *initdb, "-N", "-U", "postgres"], start):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], cwd=folder, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def main(words: list[str]) -> int:
    """Exit status of the tests; 0 with a sentence where there is no PostgreSQL to be had."""
    bin_ = binaries()
    if bin_ is None:
        print("postgres: not installed and not root, so the web tests ran on SQLite only")
        return 0
    with server(bin_) as url:
        command = [sys.executable, "-m", "pytest", "-m", OF_BOTH, *words]
        env = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
