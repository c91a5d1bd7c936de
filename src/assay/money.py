"""Money in whole 分: rounding, sharing out, and reading and printing 元 as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from assay.signs import FULL_WIDTH

MAX_FEN = 10**13
"""The largest amount a file may hold, in 分 (contract: beyond it the input is refused)."""

LONGEST = 60
"""No amount needs more characters than this; longer cells are refused unread."""

RATE_DIGITS = 10


_AMOUNT = re.compile(
    r"(?P<sign>[-+]?) ?(?:¥|CNY|RMB|人民币)? ?(?P<inner>[-+]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<part>[0-9]*))? ?(?P<unit>万元|万|元)?"
)
_SCALE = {None: 100, "元": 100, "万": 1_000_000, "万元": 1_000_000}


def half_up(value: Fraction | int) -> int:
    """Round to a whole number, halves away from zero (scheme Q17); 0.5 -> 1, -0.5 -> -1."""
    top, bottom = value.numerator, value.denominator
    size = (2 * abs(top) + bottom) // (2 * bottom)
    return -size if top < 0 else size


def allocate(total: int, shares: Sequence[Fraction | int]) -> list[int]:
    """Make exact shares whole so that they add up to total: largest remainder (scheme Q17).

    Each share is floored and 1 goes to the largest remainders, the earlier position first where
    they tie. The total is the rounded sum of the shares; ValueError where it cannot be reached.
    """
    floors = [share.numerator // share.denominator for share in shares]
    left = total - sum(floors)
    if not 0 <= left <= len(floors):
        raise ValueError(f"{total} is not the rounded sum of these {len(floors)} shares")
    order = sorted(range(len(floors)), key=lambda at: (floors[at] - shares[at], at))
    for at in order[:left]:
        floors[at] += 1
    return floors


def read_yuan(text: str) -> int:
    """Read an amount in yuan as people write it, into 分.

    "1,234.50", "¥1,234.5", "12.3万", "1234元", full-width "１２３", "-5". ValueError says why an
    amount cannot be read; nothing is ever rounded: a third decimal other than 0 is refused.
    """
    plain = text.translate(FULL_WIDTH).strip()
    if not plain:
        raise ValueError("the amount is empty")
    if len(plain) > LONGEST:
        raise ValueError("too long for an amount")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise ValueError("not an amount: write it as 1234.50, 1,234.50, ¥1,234.5 or 12.3万")
    whole, part = match["whole"], match["part"] or ""
    if not whole and not part:
        raise ValueError("not an amount: there is no digit in it")
    if match["sign"] and match["inner"]:
        raise ValueError("not an amount: it bears two signs")
    if "," in whole and whole.startswith("0"):
        raise ValueError("not an amount: the comma parts thousands, the point parts decimals")
    scaled: int = int((whole.replace(",", "") or "0") + part) * _SCALE[match["unit"]]
    unit: int = 10 ** len(part)
    fen, rest = divmod(scaled, unit)
    if rest:
        raise ValueError("more exact than a 分: at most two decimals of a yuan")
    if fen > MAX_FEN:
        raise ValueError("beyond the largest amount, 100,000,000,000.00 元")
    return -fen if "-" in (match["sign"], match["inner"]) else fen


def yuan(fen: int) -> str:
    """Print 分 as yuan with two decimals and no separators: 123450 -> "1234.50"."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def grouped(fen: int) -> str:
    """Print 分 as yuan for people, with thousands parted: 123450 -> "1,234.50"."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def rate(value: Fraction) -> str:
    """Print a rate as a plain decimal of at most ten digits: 8 % -> "0.08", 0 -> "0"."""
    scaled = half_up(value * 10**RATE_DIGITS)
    whole, part = divmod(abs(scaled), 10**RATE_DIGITS)
    digits = f"{part:0{RATE_DIGITS}d}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if digits else ''}{digits}"
