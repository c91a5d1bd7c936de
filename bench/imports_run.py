"""Sends the files of `bench imports` through the pages and follows the worker that takes them: JSON on stdout."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from assay.customers.models import Contact, Customer
from assay.furniture.exports import workbook
from assay.furniture.kept import acting
from assay.furniture.models import Job
from assay.people import actions as staffing
from assay.people.models import User
from assay.sales.models import Order, OrderLine, Receipt
from assay.site.demo import names
from assay.site.run import WORKER
from bench import rooms_drive as drive

SINCE = date(2020, 1, 1)
MB = 1024
WORDS = "安邦博远长青德润恩泽丰华广源恒通佳信凯旋立达美林宁远鹏程启明荣盛三江天成万象祥云"
Rows = Iterator[list[Any]]


def customers(count: int, again: bool = False) -> Rows:
    """A fifth without an owner, each hundredth of a group; `again`: another city, some another owner."""
    for n in range(count):
        kind, legal, industry = names.KINDS[n % 14]
        at, far = 2 * (n // 14 % 20), n // 14 // 20
        name = f"{names.PLACES[far % 26]}{WORDS[at : at + 2]}{_spoken(far // 26)}{legal}"
        owner = f"S{(n + again * (n % 10 == 0)) % 40:03d}" if n % 5 else ""
        yield [
            f"C{n:06d}", name, name[:4] + kind, f"{names.PLACES[n % 26]}集团" if n % 100 == 0 else "",
            industry, "苏州" if again else "上海", f"人民路 {n % 900 + 1} 号", owner,
            "大客户" if n % 10 == 9 else "普通客户", str(SINCE + timedelta(n % 900)), name,
            names.credit_code(n), "中国银行", "",
        ]  # fmt: skip


def _spoken(n: int) -> str:
    """A number in characters, so that names differ by what people say."""
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(n)) if n else ""


def contacts(count: int) -> Rows:
    """One of each customer."""
    for n in range(count):
        name = names.SURNAMES[n % len(names.SURNAMES)] + names.GIVEN[n // 40 % len(names.GIVEN)]
        yield [f"C{n:06d}", name, "采购经理", "采购", f"139{n:08d}", ""]


def orders(count: int) -> Rows:
    """Two lines an order; ten orders of a customer."""
    for n in range(count):
        order, line = n // 2, n % 2 + 1
        day = SINCE + timedelta(1000 + order % 700)
        listed = 1000 + n % 300 * 10
        yield [
            f"旧-{order:06d}", str(day), f"C{order // 10:06d}", f"S{order % 40:03d}", str(line),
            "足金吊坠", str(1 + n % 9), str(listed), str(listed * (70 + n % 30) / 100), "已完成",
        ]  # fmt: skip


def collections(count: int) -> Rows:
    """Every order paid in two parts, the second of whatever is owed."""
    for n in range(count):
        order = n // 2
        day = SINCE + timedelta(1000 + order % 700 + 1 + n % 2)
        yield [
            f"B{n:08d}", str(day), "某公司", "500" if n % 2 == 0 else "9999", f"旧-{order:06d}",
            "500" if n % 2 == 0 else "",
        ]  # fmt: skip


HEADS = {
    "customers": ["编号", "客户名称", "简称", "集团", "行业", "城市", "地址", "负责人工号", "级别",
                  "建档日期", "抬头", "税号", "开户行", "备注"],
    "contacts": ["编号", "姓名", "职务", "角色", "电话", "备注"],
    "orders": ["订单号", "下单日期", "客户编号", "业务员工号", "行号", "品名", "件数", "原价金额",
               "成交金额", "状态"],
    "collections": ["流水号", "日期", "付款方", "金额", "订单号", "核销金额"],
}  # fmt: skip


def _house() -> None:
    with acting(None, "bench"):
        staffing.found_company(name="成色珠宝有限公司")
        place = staffing.open_department(code="KA", name="大客户部", start=SINCE)
        for n in range(40):
            staffing.hire(
                number=f"S{n:03d}", name="陈雅琴", start=SINCE, role="salesperson", department=place,
                base_wage=180_000,
            )  # fmt: skip
        for role in ("director", "finance"):
            who = staffing.hire(
                number=role, name="顾明远", start=SINCE, role=role, department=place
            )
            staffing.open_login(username=role, password=drive.PASSWORD, employee=who, renew=False)


def _browser(username: str) -> Client:
    browser = Client(headers={"host": "127.0.0.1"})
    user = User.objects.get(username=username)
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return browser


def _peak(pid: int) -> int:
    """The most memory a process has held since it was last asked, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return int(status.split("VmHWM:")[1].split()[0]) // MB


def _followed(browser: Client, job: str, roots: list[int]) -> tuple[float, float, int]:
    """Seconds, CPU seconds, and how often the bar stood elsewhere, until the job has ended."""
    started, seen = time.monotonic(), set()
    with drive.cpu(roots) as used:
        while True:
            answer = browser.get(f"{job}progress/")
            seen.add(answer.content)
            if answer.headers.get("HX-Refresh"):
                break
            time.sleep(0.5)
    return round(time.monotonic() - started, 1), round(used[0], 1), len(seen) - 1


def _sent(
    kind: str, rows: Rows, browser: Client, space: str, roots: list[int], told: str = ""
) -> dict[str, object]:
    """A file through upload, preview and writing."""
    lines = list(rows)
    body = workbook([(head, "text") for head in HEADS[kind]], lines)
    file = SimpleUploadedFile(f"{kind}.xlsx", body)
    job = browser.post(f"/{space}/import/{kind}/", {"file": file})["Location"]
    _peak(roots[0])
    check, check_cpu, moved = _followed(browser, job, roots)
    found = Job.objects.get(pk=job.rstrip("/").rsplit("/", 1)[1])
    if found.state != "ready" or found.result["failed"]:
        raise SystemExit(
            f"{kind}: not to be written: {found.error} {found.result.get('wrong', '')}"
        )
    browser.post(f"{job}write/")
    write, write_cpu, more = _followed(browser, job, roots)
    return {
        "file": told or kind, "rows": len(lines), "bytes": len(body), "check": check, "check_cpu": check_cpu,
        "write": write, "write_cpu": write_cpu, "memory": _peak(roots[0]), "bar": moved + more,
    }  # fmt: skip


def _roots(worker: int) -> list[int]:
    """The worker, and the database's processes where it has some."""
    if connection.vendor == "sqlite":
        return [worker]
    with psycopg.connect(os.environ["DATABASE_URL"]) as held:
        stat = Path(f"/proc/{held.info.backend_pid}/stat").read_text()
    return [worker, int(stat.rsplit(")", 1)[1].split()[1])]


def main() -> None:
    """Migrate, hire, and send every kind of file of so many rows."""
    count = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    _house()
    director, finance = _browser("director"), _browser("finance")
    worker = subprocess.Popen([sys.executable, "-c", WORKER])
    roots = _roots(worker.pid)
    wanted: list[tuple[str, Rows, Client, str, str, Callable[[], int]]] = [
        ("customers", customers(count), director, "customers", "", Customer.objects.count),
        ("contacts", contacts(count), director, "customers", "", Contact.objects.count),
        ("customers", customers(count, again=True), director, "customers", "customers, changed",
         Customer.objects.filter(city="苏州").count),
        ("orders", orders(count), director, "sales", "", OrderLine.objects.count),
        ("collections", collections(count), finance, "sales", "", Receipt.objects.count),
    ]  # fmt: skip
    found = []
    try:
        for kind, rows, browser, space, told, written in wanted:
            found.append(_sent(kind, rows, browser, space, roots, told))
            print(found[-1], file=sys.stderr, flush=True)
            if written() != count:
                raise SystemExit(f"{told or kind}: {written()} of {count} rows are there")
    finally:
        worker.terminate()
        worker.wait(60)
    assert Order.objects.count() == -(-count // 2)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
