"""A company of one's own: made, served, watched, and what is refused on the way."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.conftest import PLAN, ROOT, assay

ANY = ssl._create_unverified_context()  # is it up: whatever certificate it shows


def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell of one's own: nothing of the tests' settings in the environment."""
    for name in (
        "DJANGO_SETTINGS_MODULE",
        "DATABASE_URL",
        "ASSAY_DATA",
        "ASSAY_SECRET_KEY",
        "ASSAY_SEAL_KEY",
    ):
        monkeypatch.delenv(name, raising=False)


def found(data: Path, monkeypatch: pytest.MonkeyPatch, password: str = "a long pass phrase") -> int:
    outside(monkeypatch)
    monkeypatch.setenv("ASSAY_ADMIN_PASSWORD", password)
    return assay("new-company", "--data", data, "--name", "试金珠宝", "--plan", PLAN).status


@contextmanager
def serving(*words: object) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command that serves; yields its address once that is printed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "assay", *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                address = re.search(r"https?://[\d.]+:\d+", line)
                if address:
                    break
            assert address is not None
            for _ in range(100):
                try:
                    urlopen(f"{address[0]}/healthz", timeout=5, context=ANY).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield address[0], process
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            process.wait(20)


def test_a_company_is_made_once_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    assert found(data, monkeypatch) == 0
    assert (data / "plans" / "key-account.yaml").read_bytes() == PLAN.read_bytes()
    for key in ("secret.key", "seal.key"):
        assert (data / key).stat().st_mode & 0o777 == 0o600
    again = assay("new-company", "--data", data, "--name", "另一家", "--plan", PLAN)
    assert again.status == 2
    assert "已有公司" in again.err
    with serving("serve", "--data", data, "--port", "8791") as (address, process):
        assert urlopen(f"{address}/healthz").status == 200
        page = urlopen(f"{address}/people/employees/")
        assert "/sign-in/" in page.url
        assert "演示" not in page.read().decode()
        assert urlopen(f"{address}/static/look.css").status == 200
        with pytest.raises(HTTPError) as missing:
            urlopen(f"{address}/nowhere/")
        assert missing.value.code == 404
        missing.value.close()
    assert process.returncode in (0, 130, -2)
    (data / "seal.key").chmod(0o644)
    shown = assay("serve", "--data", data)
    assert shown.status == 2
    assert "chmod 600" in shown.err


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path / "weak", monkeypatch, "12345678901") == 2
    nowhere = assay("serve", "--data", tmp_path / "nowhere")
    assert nowhere.status == 2
    assert "./assay new-company" in nowhere.err
    empty = assay("serve", "--data", tmp_path / "weak")
    assert empty.status == 2
    assert "no company in this database yet" in empty.err
    no_plan = assay(
        "new-company", "--data", tmp_path, "--name", "x", "--plan", tmp_path / "no.yaml"
    )
    assert no_plan.status == 2


def test_the_demo_opens_its_pages_and_is_refused_by_a_real_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside(monkeypatch)
    with serving("demo", "--dir", tmp_path / "demo", "--port", "8801") as (address, _process):
        assert "演示" in urlopen(f"{address}/sign-in/").read().decode()
    refused = assay("serve", "--data", tmp_path / "demo" / "site")
    assert refused.status == 2
    assert "demo's database" in refused.err
