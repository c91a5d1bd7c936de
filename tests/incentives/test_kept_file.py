"""The file a payee keeps: opened without a network it checks itself, and shows no colleague."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess

import pytest

from assay.furniture.models import AccessEntry
from assay.incentives.actions.running import run_month
from assay.incentives.models import Line, PayMonth, Receipt, Run
from assay.incentives.queries.statements import folder_of, statement_digest
from assay.incentives.queries.witnessed import receipt_faults
from assay.period import Month
from tests import factories
from tests.incentives.reading import only
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def begun(house):
    """March worked out and open to queries."""
    house.run = run_month(Month.parse("2026-03"))
    row = PayMonth.objects.get()
    row.state = "preview"
    row.save()
    house.mine = house.run.statements.get(code="S01")


@pytest.fixture
def paid(house):
    return house


def kept(paid, who="first", row=None):
    browser = factories.signed_in("salesperson", getattr(paid, who))
    answer = browser.get(f"/pay/statements/{(row or paid.mine).pk}/keep/")
    return answer.content.decode() if answer.status_code == 200 else answer


def data_of(html):
    return json.loads(only(r'id="kept">(.*?)</script>', html))


def rechecked(data):
    """The format read a second time, from its description alone."""
    said = json.loads(data["text"])
    node = hashlib.sha256(b"\0" + data["text"].encode()).digest()
    for side, beside in data["proof"]:
        other = bytes.fromhex(beside)
        pair = other + node if side == "left" else node + other
        node = hashlib.sha256(b"\1" + pair).digest()
    by_line: dict[str, int] = {}
    for row in data["orders"].split("\n") if data["orders"] else ():
        line, *_rest, amount = row.split("\t")
        by_line[line] = by_line.get(line, 0) + int(amount)
    paid = {line: amount for line, _title, amount, month in said["lines"] if not month}
    return {
        "lines": sum(line[2] for line in said["lines"]) == said["total"],
        "sums": all(paid[line] == amount for line, amount in by_line.items()),
        "orders": hashlib.sha256(data["orders"].encode()).hexdigest() == said["orders"],
        "root": node.hex() == data["root"],
    }


def test_it_holds_ones_own_and_checks_out(paid):
    html = kept(paid)
    data = data_of(html)
    assert all(rechecked(data).values())
    assert json.loads(data["text"])["total"] == paid.mine.total
    assert paid.orders[0].number in data["orders"]
    assert paid.orders[2].number not in html, "a colleague's order"
    assert "钱伟" not in html
    assert "http" not in re.sub(r"http-equiv", "", html), "nothing is fetched"
    entry = AccessEntry.objects.get(kind="file")
    assert "自己核对的提成单 赵敏" in entry.what


@pytest.mark.either_database
def test_everybody_of_a_run_gets_the_same_root(paid):
    roots = {
        data_of(kept(paid)).get("root"),
        data_of(kept(paid, "second", paid.run.statements.get(code="S02")))["root"],
        Run.objects.get().root,
        json.loads((folder_of(paid.run) / "run.json").read_text())["statements"]["root"],
    }
    assert len(roots) == 1
    other = run_month(Month.parse("2026-03"))
    assert other.root != paid.run.root, "another version is another root"


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        (lambda d: d | {"text": d["text"].replace('"total":', '"total":1')}, {"lines", "root"}),
        (lambda d: d | {"orders": d["orders"][:-1] + "9"}, {"orders", "sums"}),
        (lambda d: d | {"root": "0" * 64}, {"root"}),
        (lambda d: d | {"proof": d["proof"][1:]}, {"root"}),
    ],
    ids=["total", "order", "root", "proof"],
)
@pytest.mark.either_database
def test_whatever_is_changed_shows(paid, what, broken):
    found = rechecked(what(data_of(kept(paid))))
    assert {name for name, good in found.items() if not good} == broken


def test_a_statement_changed_in_the_database_is_given_to_nobody(paid):
    with guards_off():
        Line.objects.filter(statement=paid.mine, line="commission").update(amount=1)
    browser = factories.signed_in("salesperson", paid.first)
    assert "校验根不符" in browser.get(
        f"/pay/statements/{paid.mine.pk}/keep/", follow=True
    ).content.decode()  # fmt: skip
    assert not AccessEntry.objects.filter(kind="file").exists()


def test_nobody_keeps_a_colleagues(paid):
    assert kept(paid, "second").status_code == 404


def browsed(html, folder):
    """What a browser without a network makes of the file."""
    file = folder / "kept.html"
    file.write_text(html, encoding="utf-8")
    return subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile",
         "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("change", [False, True])
@pytest.mark.either_database
def test_a_browser_without_a_network_says_whether_it_holds(paid, tmp_path, change):
    html = kept(paid)
    if change:
        html = html.replace('\\"total\\":', '\\"total\\":1')
    dom = browsed(html, tmp_path)
    assert f'data-verdict="{"bad" if change else "good"}"' in dom
    assert ("不符：" if change else "相符：") in dom
    assert dom.count('class="yes"') == (4 if change else 7)
    assert re.findall(r'data-again="(\w+)"><b class="yes">([\d/]+)<', dom) == [
        ("rows", "2/2"), ("quota", "2/2"),
    ], "each order's own figures, worked out again"  # fmt: skip


def test_an_acknowledgement_stands_under_the_root_on_the_page_and_on_paper(paid):
    paid.run.pay_month.state = "locked"
    paid.run.pay_month.save()
    browser = factories.signed_in("salesperson", paid.first)
    url, digest = f"/pay/statements/{paid.mine.pk}/", statement_digest(paid.mine)
    before = only('<div class="paper-only codes">(.*?)</div>', browser.get(url).content.decode())
    assert (digest in before, paid.run.root in before, "签认回执" in before) == (True, True, False)
    browser.post(f"{url}agree/", {"read": digest})
    assert Receipt.objects.get().root == paid.run.root
    html = browser.get(url).content.decode()
    assert f"确认时的校验根 {paid.run.root[:16]}…" in html
    paper = only('<div class="paper-only codes">(.*?)</div>', html)
    assert "签认回执：" in paper
    assert digest in paper
    assert paid.run.root in paper
    assert list(receipt_faults(paid.run.pay_month)) == []
    with guards_off():
        Receipt.objects.update(root="0" * 64)
    assert list(receipt_faults(paid.run.pay_month)) == ["S01：签认的校验根与那一版不符"]
