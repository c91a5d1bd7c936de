"""Cells to typed values, column by column; what cannot be read is rejected with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from assay.facts.reasons import MISSING, reason_of
from assay.facts.schema import CHANNELS, LEFT_OUT, NO, WORDS, YES
from assay.money import MAX_FEN, read_yuan
from assay.period import Month, read_date
from assay.plan.sentences import either
from assay.signs import FULL_WIDTH

Cell = int | str | bool | date | None
_PLAIN_MONEY = re.compile(r"(\d{1,11})(?:\.(\d{1,2}))?\Z")
_NUMBER = re.compile(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,12})?|-?\d{1,18}/\d{1,18}")
_CALLED = {"channel": "渠道", "role": "角色"}
_WHOLE = re.compile(r"-?\d{1,15}(\.0+)?\Z")


@dataclass(frozen=True, order=True)
class Rejection:
    """A row that cannot be used: file, row (header is 1), column, value, reason."""

    file: str
    row: int
    column: str
    value: str
    reason: str


def read_money(text: str) -> int:
    """Yuan to 分; canonical texts take a short cut with the same outcome."""
    match = _PLAIN_MONEY.match(text)
    if match and text.isascii():
        fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if fen <= MAX_FEN:
            return fen
    return read_yuan(text)


def read_word(kind: str, known: Sequence[str]) -> Callable[[str], str]:
    """A reader of channels or roles in both languages."""

    def read(text: str) -> str:
        word = WORDS[kind].get(text, text.lower() if text.lower() in known else text)
        if word not in known:
            names = ", ".join(known)
            raise ValueError(
                either(f"unknown {kind}: {names}", f"没有这个{_CALLED[kind]}：{names}")
            )
        return word

    return read


def read_yes(text: str) -> bool:
    """1, true, 是 or 0, false, 否."""
    low = text.lower()
    if low in YES:
        return True
    if low in NO:
        return False
    raise ValueError(either("write 1 or 0", "写 1 或 0"))


def read_since(text: str) -> date:
    """The first day of a holding: a day, or the first of a month."""
    try:
        return Month.parse(text).first
    except ValueError:
        return read_date(text)


def read_until(text: str) -> date:
    """The day after the last day of a holding: of a day, or of a whole month."""
    try:
        return Month.parse(text).after
    except ValueError:
        last = read_date(text)
        return last + timedelta(days=1) if last < date.max else date.max


def read_month(text: str) -> int:
    """A month as its index; a day stands for its month (workbooks make 2018-05 a date)."""
    try:
        return Month.parse(text).index
    except ValueError as error:
        try:
            return Month.of(read_date(text)).index
        except ValueError:
            raise error from None


def read_whole(text: str) -> int:
    """A whole number."""
    if not _WHOLE.match(text):
        raise ValueError(either("not a whole number", "不是整数"))
    return int(text.split(".")[0])


def read_number(text: str) -> str:
    """A number as an exact fraction in text: 7.1265 is 14253/2000."""
    plain = text.translate(FULL_WIDTH)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(either("not a number: write 12 or 7.1265", "不是数：写 12 或 7.1265"))
    value = Fraction(plain.replace(",", ""))
    return f"{value.numerator}/{value.denominator}"


def read_rate(text: str) -> str:
    """A rate as an exact fraction in text (numerator/denominator)."""
    try:
        value = Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            either("not a rate: write 0.08 or 8%", "不是比率：写 0.08 或 8%")
        ) from None
    return f"{value.numerator}/{value.denominator}"


def reader(kind: str, roles: Sequence[str]) -> Callable[[str], Cell]:
    """The reader of a kind of column. It raises ValueError with a reason."""
    readers: dict[str, Callable[[str], Cell]] = {
        "money": read_money,
        "date": read_date,
        "agreed_date": read_date,
        "since": read_since,
        "until": read_until,
        "month": read_month,
        "channel": read_word("channel", CHANNELS),
        "role": read_word("role", roles),
        "yes_no": read_yes,
        "status": lambda text: text.lower() if text.lower() in LEFT_OUT else text,
        "rate": read_rate,
        "number": read_number,
        "text": lambda text: text,
    }
    return readers.get(kind, read_whole)


def read_column(
    texts: Sequence[str], read: Callable[[str], Cell], must: bool
) -> tuple[list[Cell], list[tuple[int, str]]]:
    """Typed cells of a column and (position, reason) of those that cannot be read.

    Equal texts are read once: columns repeat dates, ids and channels.
    """
    known: dict[str, Cell] = {"": None}
    reasons: dict[str, str] = {"": MISSING} if must else {}
    cells: list[Cell] = []
    wrong: list[tuple[int, str]] = []
    for position, raw in enumerate(texts):
        text = raw.strip()
        if text not in known:
            try:
                known[text] = read(text)
            except (ValueError, OverflowError) as error:
                known[text], reasons[text] = None, reason_of(error)
        cells.append(known[text])
        if text in reasons:
            wrong.append((position, reasons[text]))
    return cells, wrong
