"""The peer of `bench pages`: a page as Tabler's own start shows it, and its package fetched by npm.

A bar of places, four figures, a table of twenty rows, its sheet and its script; served by the same
server as Assay, with the same compression.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGE = "@tabler/core@1"
FOLDER = "ASSAY_BENCH_PEER"
SHEET, SCRIPT = "tabler.min.css", "tabler.min.js"
PLACES = ("今日", "目标板", "客户", "销售", "提成", "人员")
FIGURES = (
    ("本月应发", "40,219.31"),
    ("业绩", "649,277.06"),
    ("平均折扣", "8.27折"),
    ("逾期", "7,800.00"),
)


def fetched(folder: Path) -> str:
    """Tabler's sheet and script put into a folder by npm; its version, nothing where npm has none."""
    npm = shutil.which("npm")
    if npm is None:
        return ""
    words = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=240)
    dist = folder / "node_modules" / "@tabler" / "core" / "dist"
    if done.returncode or not (dist / "css" / SHEET).is_file():
        return ""
    shutil.copyfile(dist / "css" / SHEET, folder / SHEET)
    shutil.copyfile(dist / "js" / SCRIPT, folder / SCRIPT)
    told = json.loads((dist.parent / "package.json").read_text(encoding="utf-8"))
    return str(told["version"])


def page() -> str:
    """The page: markup as in Tabler's documentation of its layout, cards and tables."""
    places = "".join(
        f'<li class="nav-item"><a class="nav-link" href="#"><span class="nav-link-title">{one}</span></a></li>'
        for one in PLACES
    )
    cards = "".join(
        '<div class="col-sm-6 col-lg-3"><div class="card"><div class="card-body">'
        f'<div class="subheader">{name}</div><div class="h1 mb-0">{value}</div></div></div></div>'
        for name, value in FIGURES
    )
    rows = "".join(
        f'<tr><td>远山城市水务集团有限公司 {n}</td><td>HT-20261126-{n:03d}</td><td>2026-11-26</td>'
        f'<td class="text-end">{n * 1234}.00</td><td><span class="badge bg-green-lt">已下单</span></td></tr>'
        for n in range(1, 21)
    )  # fmt: skip
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>今日</title>
<link rel="stylesheet" href="/{SHEET}"></head><body><div class="page">
<header class="navbar navbar-expand-md"><div class="container-xl"><a class="navbar-brand" href="#">成色</a>
<div class="collapse navbar-collapse"><ul class="navbar-nav">{places}</ul></div></div></header>
<div class="page-wrapper">
<div class="page-header"><div class="container-xl"><h2 class="page-title">今日</h2></div></div>
<div class="page-body"><div class="container-xl"><div class="row row-deck row-cards">{cards}
<div class="col-12"><div class="card"><div class="table-responsive"><table class="table card-table table-vcenter">
<thead><tr><th>客户</th><th>合同</th><th>日期</th><th class="text-end">成交</th><th>状态</th></tr></thead>
<tbody>{rows}</tbody></table></div></div></div></div></div></div></div></div>
<script src="/{SCRIPT}" defer></script></body></html>"""


def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """The page and its files, compressed as Assay's are, from the folder named in the environment."""
    name = environ["PATH_INFO"].lstrip("/")
    if name not in ("", SHEET, SCRIPT):
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b""]
    body = (Path(os.environ[FOLDER]) / name).read_bytes() if name else page().encode()
    kind = {SHEET: "text/css", SCRIPT: "text/javascript"}.get(name, "text/html; charset=utf-8")
    packed = gzip.compress(body, 6)
    start(
        "200 OK",
        [("Content-Type", kind), ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))],
    )  # fmt: skip
    return [packed]
