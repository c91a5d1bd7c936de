"""Chinese names by their sounds: a key to sort by, and every reading to search by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

# Surnames whose everyday reading is another one.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "盖": "ge",
    "任": "ren", "华": "hua", "朴": "piao", "尉": "wei", "乐": "yue", "员": "yun", "秘": "bi",
    "缪": "miao", "覃": "qin", "翟": "zhai", "繁": "po", "召": "shao", "宓": "mi", "冼": "xian",
}  # fmt: skip
READINGS = 4  # of one character
FULL, INITIALS = 20, 8  # letters of a beginning that are told apart
FAR = 4
SPLITS = 2  # ways to read a word as syllables and initials, those of most letters in full

_AFTER = (
    "(?:a(?:i|o|ng?)?|e(?:i|r|ng?)?|i(?:a(?:o|ng?)?|e|u|ng?|ong)?|o(?:u|ng)?"
    "|u(?:a(?:i|ng?)?|e|i|n|o)?|v(?:e|an|n)?)"
)  # what follows the consonant of a syllable
_BARE = {"a": "(?:i|o|ng?)?", "e": "(?:i|r|ng?)?", "o": "u?"}  # of a syllable without one
_SYLLABLE = f"(?:(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?{_AFTER})"
_SAID = re.compile(rf"(?:{_SYLLABLE}|\d)+")
_SHORT = re.compile("[a-hj-tw-z]{2,}")  # no syllable begins with i, u or v
_END = "h?[aeiouv]{0,3}(?:ng?|r)?$|"
_PLAIN = re.compile(rf"{_SYLLABLE}*(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?")


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


@dataclass(frozen=True)
class Mixed:
    """A word read as syllables in full and initials behind them: bailuyy as bailu, y, y.

    begin: what the sounds of such a name begin with; shape: the same letters in turn, with * between;
    pattern: what else is asked of them. broken: the pattern of sounds so long that only FULL letters
    are kept, "" where those are enough.
    """

    begin: str
    shape: str
    pattern: str
    broken: str


@lru_cache(maxsize=256)
def mixed(word: str) -> tuple[Mixed, ...]:
    """The ways to read a word so, that of the fewest letters in full last.

    What can be read as nothing but syllables, the last perhaps unfinished, is read otherwise only
    where FAR letters are in full: yunlingab is yunling, a, b; but jian no ji, a, n, which half of all names hold.
    """
    least = FAR if _PLAIN.fullmatch(word) else 1
    splits = [
        (word[:at], word[at:])
        for at in range(len(word) - 2, least - 1, -1)
        if _SHORT.fullmatch(word, at) and _SAID.fullmatch(word, 0, at)
    ][:SPLITS]
    return tuple(
        Mixed(
            said + short[0], f"{said}{'*'.join(short)}*", f"^{said}{_behind(short, '')}",
            f"^{said}{_behind(short, _END)}" if len(said) + 6 * len(short) - 5 > FULL else "",
        )
        for said, short in splits
    )  # fmt: skip


def _behind(short: str, end: str) -> str:
    """A pattern of syllables that begin so; with `end` the sounds may break off in any of them."""
    first, rest = short[0], short[1:]
    after = _BARE.get(first) or ("h?" if first in "zcs" else "") + _AFTER
    if first in "zcs" and rest[:1] == "h":  # one syllable in zh, or two
        rest, after = rest[1:], f"(?:{after})?h{_AFTER}"
        if not rest:
            return f"{first}(?:{end}(?:h?{_AFTER})?h[aeiouv])"
    if not rest:
        return first if first in _BARE else f"{first}(?:{end}h?[aeiouv])"
    return f"{first}(?:{end}{after}{_behind(rest, end)})"
