"""The demo's site in a folder of its own: python -m tests.browser.server FOLDER PORT; or as `running`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.site import run

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "plans" / "key-account.yaml"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The site with the sample department in it; yields its address. Prepared in 30 s where it is not yet."""
    env = {
        **os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
    }  # fmt: skip
    for name in ("ASSAY_DATA", "ASSAY_SECRET_KEY", "ASSAY_SEAL_KEY", "DATABASE_URL"):
        env.pop(name, None)
    command = [sys.executable, "-m", "tests.browser.server", str(folder)]
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield _address(server, folder)
        finally:
            server.terminate()
            server.wait(20)


def _address(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Where it answers, once it does."""
    written = folder / "port"
    for _ in range(2400):  # ten minutes: a machine that is shared takes its time
        if server.poll() is not None:
            raise RuntimeError((folder / "server.log").read_text(encoding="utf-8"))
        if written.is_file():
            address = f"http://127.0.0.1:{written.read_text(encoding='ascii')}"
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    return address
            except (urllib.error.URLError, OSError):
                pass
        time.sleep(0.25)
    raise RuntimeError("the site did not come up")


def main(folder: Path) -> None:
    """Prepare and serve; the port goes into a file."""
    run.call(folder / "site", "prepare_demo", "--plan", str(PLAN), demo=True)
    port = run.free_port("127.0.0.1", int(os.environ.get("ASSAY_BROWSER_PORT", "8300")), 200)
    (folder / "port").write_text(str(port), encoding="ascii")
    run.serve("127.0.0.1", port, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
