"""The words of the pages: those in code and templates, and the English that stands beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

SOURCES = Path(__file__).resolve().parents[1]
CATALOG = "locale/en/LC_MESSAGES/django.po"
CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
CHINESE = re.compile(r"[\u3001-\u3002\u3400-\u9fff\uf900-\ufaff\uff01-\uff1f]")
_TAG = re.compile(r"""\{% (?:translate|term) (?:"([^"]+)"|'([^']+)')[^%]*%\}|_\("([^"]+)"\)""")
_BLOCK = re.compile(
    r"\{% blocktranslate[^%]*?(trimmed)?[^%]*%\}(.*?)\{% endblocktranslate %\}", re.DOTALL
)


def rooms() -> list[str]:
    """The rooms that speak to people in pages: those with templates or a catalogue."""
    return sorted({p.parent.name for p in SOURCES.glob("*/apps.py")})


def words_of(room: str) -> Iterator[tuple[str, Path]]:
    """Every text of a room that is translated, and the file it stands in."""
    for path in sorted((SOURCES / room).rglob("*.py")):
        if "migrations" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and called(node) in CALLS:
                    for said in node.args[:1]:
                        if isinstance(said, ast.Constant) and isinstance(said.value, str):
                            yield said.value, path
    for path in sorted((SOURCES / room).rglob("templates/**/*.html")):
        for word in template_words(path.read_text(encoding="utf-8")):
            yield word, path


def called(node: ast.Call) -> str:
    """The name a call goes to."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def template_words(text: str) -> Iterator[str]:
    """Texts in translate tags, in _("…") of filters, and in blocktranslate."""
    for match in _TAG.finditer(text):
        yield next(word for word in match.groups() if word)
    for match in _BLOCK.finditer(text):
        body = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", match[2])
        yield " ".join(body.split()) if match[1] else body


def bare_text(text: str) -> str:
    """What a template shows without translating it."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<!--.*?-->", "", _BLOCK.sub("", text), flags=re.DOTALL
    )
    text = re.sub(r"\{% block \w+_class %\}.*?\{% endblock %\}", "", text)
    text = re.sub(r'class="chip[^"]*"[^>]*>[^<]*<', "><", text)  # numbers of clauses are names
    shown = re.findall(r"""(?:alt|title|placeholder|aria-label)="([^"]*)\"""", text)
    text = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}", " ", " ".join([re.sub(r"<[^>]*>", " ", _hide(text)), *shown])
    )
    return " ".join(text.split())


def _hide(text: str) -> str:
    """Django's tags taken out first: they may stand inside HTML's."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text)


def catalogue() -> dict[str, str]:
    """All English there is: text -> translation."""
    found: dict[str, str] = {}
    for path in sorted(SOURCES.glob(f"*/{CATALOG}")):
        found |= {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
    return found


def add_missing(room: str) -> list[str]:
    """Write the texts without English into the room's catalogue, empty; returns them."""
    known = catalogue()
    path = SOURCES / room / CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    book = polib.pofile(str(path), wrapwidth=110) if path.is_file() else polib.POFile(wrapwidth=110)
    book.metadata = {"Content-Type": "text/plain; charset=utf-8", "Language": "en"}
    missing = [w for w in dict.fromkeys(word for word, _path in words_of(room)) if w not in known]
    there = {entry.msgid for entry in book}
    for word in missing:
        if word not in there:
            flags = ["python-format"] if "%(" in word else []
            book.append(polib.POEntry(msgid=word, msgstr="", flags=flags))
    book.save(str(path))
    return missing
