"""Chinese names by their sounds: a key to sort by, and every reading to search by."""

from __future__ import annotations

from collections.abc import Sequence

from pypinyin import Style, lazy_pinyin, pinyin

# Surnames whose everyday reading is another one.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "盖": "ge",
    "任": "ren", "华": "hua", "朴": "piao", "尉": "wei", "乐": "yue", "员": "yun", "秘": "bi",
    "缪": "miao", "覃": "qin", "翟": "zhai", "繁": "po", "召": "shao", "宓": "mi", "冼": "xian",
}  # fmt: skip
READINGS = 4  # of one character
FULL, INITIALS = 20, 8  # letters of a beginning that are told apart


def sort_key(name: str) -> str:
    """A key that sorts as a Chinese directory does; not a letter of it is shown."""
    parts = lazy_pinyin(name)
    if name and name[0] in SURNAMES:
        parts = [SURNAMES[name[0]], *lazy_pinyin(name[1:])]
    return " ".join(parts).lower()[:200]


def sounds(name: str) -> list[set[str]]:
    """By character, how the name sounds from there on: in full and by initials, every reading.

    单立 gives [{"shanli", "danli", "sl", "dl", …}, {"li", "l"}].
    """
    readings = [list(dict.fromkeys(word.lower() for word in of_one))[:READINGS]
                for of_one in pinyin(name, style=Style.NORMAL, heteronym=True)]  # fmt: skip
    if name and name[0] in SURNAMES and readings[0][0] != SURNAMES[name[0]]:
        readings[0] = list(dict.fromkeys([SURNAMES[name[0]], *readings[0]]))
    initials = [list(dict.fromkeys(word[:1] for word in of_one)) for of_one in readings]
    told = zip(_said(readings, FULL), _said(initials, INITIALS), strict=True)
    return [full | short for full, short in told]


def _said(readings: Sequence[Sequence[str]], letters: int) -> list[set[str]]:
    """By character, every way to say it and those behind it, as far as so many letters."""
    found, behind = [], {""}
    for of_one in reversed(readings):
        behind = {(word + rest)[:letters] for word in of_one for rest in behind}
        found.append(behind - {""})
    return found[::-1]
