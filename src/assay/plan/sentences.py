"""Sentences that know what they were made of, so that a fault is told in the reader's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

_PLACE = re.compile(r"\{(\d+)\}")


class Sentence(str):
    """An English text that keeps the sentence it was made by and the values in it."""

    __slots__ = ("chinese", "sentence", "values")

    sentence: str
    values: tuple[str, ...]
    chinese: str


def say(sentence: str, *values: object) -> Sentence:
    """A sentence with its values: `say("“{0}” is no window", name)`. Other braces stand as they are."""
    told = tuple(value if isinstance(value, str) else str(value) for value in values)
    made = Sentence(_filled(sentence, told))
    made.sentence, made.values, made.chinese = sentence, told, ""
    return made


def either(english: str, chinese: str) -> Sentence:
    """A text that another part of the program says in both languages."""
    made = say(english)
    made.chinese = chinese
    return made


def joined(between: str, texts: Iterable[str]) -> Sentence:
    """Texts in a row, each in its language."""
    every = tuple(texts)
    return say(between.join(f"{{{place}}}" for place in range(len(every))), *every)


def told_in(text: str, language: str) -> str:
    """A text in a language (zh or en): its sentence there, with its values in that language too.

    What the plan itself says (a name, a formula) is no sentence and stays as it is; so does a
    single word, which a plan may use as a name, unless it was made by `say`.
    """
    if language != "zh":
        return str(text)
    if not isinstance(text, Sentence):
        return chinese().get(text, text) if " " in text else text
    if text.chinese:
        return text.chinese
    sentence = chinese().get(text.sentence, text.sentence)
    return _filled(sentence, [told_in(value, language) for value in text.values])


@cache
def chinese() -> Mapping[str, str]:
    """English sentence -> Chinese; code and names that are the same in both stand as themselves."""
    found: dict[str, str] = json.loads(
        Path(__file__).with_name("sentences.zh.json").read_text(encoding="utf-8")
    )
    return found


def _filled(sentence: str, values: Sequence[str]) -> str:
    return _PLACE.sub(lambda match: values[int(match[1])], sentence)
