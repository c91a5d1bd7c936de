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
from datetime import date
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

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


def first_day(address: str) -> None:
    """The administrator signs in, opens a department, hires HR, opens its login; HR hires on."""
    admin, today = Visitor(address), date.today().isoformat()
    assert "设部门" in admin.post("/sign-in/", username="admin", password="a long pass phrase")
    admin.post("/people/departments/open/", code="HR", name="人事部", start=today)
    person = {"start": today, "department": "1"}
    hired = {"number": "H01", "name": "段丽", "role": "hr", **person}
    assert "段丽" in admin.post("/people/employees/hire/", **hired)
    given = {"username": "duan", "password": "a first pass phrase"}
    assert "人事" in admin.post("/people/logins/open/", employee="1", **given)
    hr = Visitor(address)
    hr.post("/sign-in/", **given)
    new = "another pass phrase"
    hr.post("/me/password/", old=given["password"], new=new, again=new)
    another = {"number": "F01", "name": "赵敏", "role": "finance", **person}
    assert "赵敏" in hr.post("/people/employees/hire/", **another)


class Visitor:
    """A browser of one person: keeps cookies, and sends forms with the token they carry."""

    def __init__(self, address: str) -> None:
        self.address, self.opener = address, build_opener(HTTPCookieProcessor(CookieJar()))

    def post(self, path: str, **said: str) -> str:
        """The page that a form of a page leads to."""
        with self.opener.open(self.address + path) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token is not None, path
        sent = urlencode({**said, "csrfmiddlewaretoken": token[1]}).encode()
        with self.opener.open(self.address + path, sent) as answer:
            text: str = answer.read().decode()
        return text


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
        first_day(address)
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
    own = tmp_path / "a company's own.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{own}")
    with serving("demo", "--dir", tmp_path / "demo", "--port", "8801") as (address, _process):
        assert "演示" in urlopen(f"{address}/sign-in/").read().decode()
    assert not own.exists()
    monkeypatch.delenv("DATABASE_URL")
    refused = assay("serve", "--data", tmp_path / "demo" / "site")
    assert refused.status == 2
    assert "demo's database" in refused.err
