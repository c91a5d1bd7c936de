"""A company of one's own: made, served, watched, and what is refused on the way."""

from __future__ import annotations

import re
import shutil
from datetime import date
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from tests.conftest import PLAN, assay
from tests.demo import OWN, SIGN_IN
from tests.serving import OF_THE_TESTS, serving


def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell of one's own: nothing of the tests' settings in the environment."""
    for name in OF_THE_TESTS:
        monkeypatch.delenv(name, raising=False)


def found(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str = "a long pass phrase",
    migrated: Path | None = None,
) -> int:
    """The command's status; in an empty folder, or beside a migrated database that nobody has used."""
    outside(monkeypatch)
    if migrated:
        data.mkdir(mode=0o700)
        shutil.copyfile(migrated, data / "assay.sqlite3")
    monkeypatch.setenv("ASSAY_ADMIN_PASSWORD", password)
    return assay("new-company", "--data", data, "--name", "试金珠宝", "--plan", PLAN).status


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


def test_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path
) -> None:
    assert found(tmp_path / "weak", monkeypatch, "12345678901", migrated_file) == 2
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
    demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside(monkeypatch)
    assert "演示" in (demo_folder / SIGN_IN).read_text(encoding="utf-8")
    assert not (demo_folder / OWN).exists(), "DATABASE_URL is left alone"
    shutil.copytree(demo_folder / "demo" / "site", tmp_path / "site")
    refused = assay("serve", "--data", tmp_path / "site")
    assert refused.status == 2
    assert "demo's database" in refused.err
