"""Chinese names by their sounds: a key to sort by, and every reading to search by."""

from __future__ import annotations

from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

# Surnames whose everyday reading is another one.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "盖": "ge",
    "任": "ren", "华": "hua", "朴": "piao", "尉": "wei", "乐": "yue", "员": "yun", "秘": "bi",
    "缪": "miao", "覃": "qin", "翟": "zhai", "繁": "po", "召": "shao", "宓": "mi", "冼": "xian",
}  # fmt: skip
READINGS = 24


def sort_key(name: str) -> str:
    """A key that sorts as a Chinese directory does; not a letter of it is shown."""
    parts = lazy_pinyin(name)
    if name and name[0] in SURNAMES:
        parts = [SURNAMES[name[0]], *lazy_pinyin(name[1:])]
    return " ".join(parts).lower()[:200]


def search_key(name: str) -> str:
    """Every reading in full and by initials, spaced: 单立新 -> "shanlixin slx danlixin dlx …"."""
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    if name and name[0] in SURNAMES:
        first = [SURNAMES[name[0]], *(r for r in readings[0] if r != SURNAMES[name[0]])]
        readings = [first, *pinyin(name[1:], style=Style.NORMAL, heteronym=True)]
    words: dict[str, None] = {}
    for parts in islice(product(*readings), READINGS):
        words["".join(parts).lower()] = None
        words["".join(part[:1] for part in parts).lower()] = None
    return " ".join(words)[:500]
