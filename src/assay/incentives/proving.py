"""A run's statements under one root: each a leaf, so that one can be shown to belong without the others.

Leaf: SHA-256 of 0x00 and the statement's text; node: of 0x01 and both below it; a node without a
neighbour goes up as it is. Texts are JSON as written here, to be hashed byte by byte, never rebuilt.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from assay.engine.adjust import Adjustment, Held
from assay.engine.kept_credits import relation
from assay.engine.results import CREDIT_COLUMNS, credit_row, write_json
from assay.money import read_yuan
from assay.period import Month

FORMAT = "assay statement 1"
NOTHING = hashlib.sha256(b"").hexdigest()
COLUMNS = (
    "line", "order_id", "order_date", "list_amount", "net_amount", "band", "rate", "quota_part",
    "commissionable", "added_point", "amount",
)  # fmt: skip
# A row says what it is: the adjustment itself (line, with its reason), an order as it was and as it is
# (before, after), and what of the line hangs on no order (rest).
ADJUSTED = ("for_month", "kind", *COLUMNS, "reason")
ADJUSTED_FILE = "adjusted.json"
_MONEY = ("list_amount", "net_amount", "quota_part", "commissionable", "amount")
Whose = tuple[str, str]
"""Payee and role."""
_ROW = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in COLUMNS)
_TOLD = (
    f"string_agg(concat_ws(chr(9), {_ROW}), chr(10) ORDER BY line, order_date, order_id, amount)"
)
Line = tuple[str, str, int, str]
"""line, title, 分, the month an adjustment is for or ''."""


def order_digests(folder: Path) -> dict[tuple[str, str], str]:
    """(payee, role) -> SHA-256 of the text of his orders, of a run's folder, in one query."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(
            f"SELECT payee_id, role, sha256({_TOLD}) FROM ({relation(folder)}) GROUP BY ALL"
        ).fetchall()
    return {(str(payee), str(role)): str(digest) for payee, role, digest in found}


def orders_text(folder: Path, payee: str, role: str) -> str:
    """The text of a payee's orders: a row an order and line, COLUMNS parted by tabs, amounts in 分."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(
            f"SELECT {_TOLD} FROM ({relation(folder)}) WHERE payee_id = ? AND role = ?",
            [payee, role],
        ).fetchone()
    return str(found[0]) if found and found[0] is not None else ""


def adjusted_texts(found: Iterable[Adjustment]) -> dict[Whose, str]:
    """(payee, role) -> the text of what later months put right: ADJUSTED parted by tabs, amounts in 分.

    Nothing of anybody else: a reason that names what is not his is left out.
    """
    held: dict[Whose, list[str]] = defaultdict(list)
    for one in found:
        month, empty = str(Month(one.for_month)), [""] * (len(COLUMNS) - 2)
        why = "" if one.foreign else " ".join(one.reason.split())
        told = [[month, "line", one.line, *empty, str(one.amount), why]]
        left = one.amount
        for pair in one.turned:
            for kind, side, sign in zip(("before", "after"), pair, (1, -1), strict=True):
                if side is not None:
                    told.append([month, kind, *_cells(side), ""])
                    left += sign * side[1].amount
        if one.turned and left:
            told.append([month, "rest", one.line, *empty, str(left), ""])
        held[one.payee, one.role] += ["\t".join(row) for row in told]
    return {whose: "\n".join(rows) for whose, rows in held.items()}


def _cells(side: Held) -> list[str]:
    """COLUMNS of a row, as the text of the orders has them."""
    said = dict(zip(CREDIT_COLUMNS, credit_row(*side), strict=True))
    cells = {name: "" if said[name] is None else str(said[name]) for name in COLUMNS}
    return [
        str(read_yuan(cells[name])) if name in _MONEY and cells[name] else cells[name]
        for name in COLUMNS
    ]


def write_adjusted(folder: Path, texts: Mapping[Whose, str]) -> None:
    """Keep the texts of adjustments with the run; no file where there are none."""
    if texts:
        write_json(folder / ADJUSTED_FILE, [[*whose, texts[whose]] for whose in sorted(texts)])


def read_adjusted(folder: Path) -> dict[Whose, str]:
    """The texts of adjustments kept with a run; none of one from before they were kept."""
    path = folder / ADJUSTED_FILE
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return {(payee, role): text for payee, role, text in rows}


def statement_text(
    head: Mapping[str, object], lines: Sequence[Line], orders: str, salt: str, adjusted: str = ""
) -> str:
    """The text of a leaf. head: code, name, role, month, version, plan, total; orders: their digest.

    adjusted: the text of adjustments, told by its digest; nothing is said where there are none.
    """
    told = {"format": FORMAT, **head, "lines": [list(line) for line in lines]}
    told |= {"orders": orders, "salt": salt}
    if adjusted:
        told["adjusted"] = hashlib.sha256(adjusted.encode()).hexdigest()
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def leaf(text: str) -> str:
    """The leaf of a text."""
    return hashlib.sha256(b"\0" + text.encode()).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """What all leaves come to, in their order; the digest of nothing where there is none."""
    level = list(leaves)
    while len(level) > 1:
        level = _up(level)
    return level[0] if level else NOTHING


def path(leaves: Sequence[str], at: int) -> list[tuple[str, str]]:
    """What stands beside a leaf on its way to the root: (left or right, digest), from below."""
    level, found = list(leaves), []
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            found.append(("left" if beside < at else "right", level[beside]))
        level, at = _up(level), at // 2
    return found


def climbed(start: str, way: Sequence[tuple[str, str]]) -> str:
    """The root that a leaf and its way come to."""
    for side, beside in way:
        start = _node(beside, start) if side == "left" else _node(start, beside)
    return start


def _up(level: Sequence[str]) -> list[str]:
    pairs = [
        _node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)
    ]  # fmt: skip
    return pairs + ([level[-1]] if len(level) % 2 else [])


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\1" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
