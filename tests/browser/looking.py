"""What is looked for on a page: overflow, empty drawings, words of the other language, axe's rules."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

from assay.site.words import CHINESE, catalogue

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
CONTRAST = "color-contrast"  # axe's slowest rule by far; _PALE asks the same of every text at once
OF_COLOUR = ["link-in-text-block"]  # what else a theme changes
_ASKED: set[str] = set()  # kinds of texts whose contrast axe has found right

_DRAWINGS = """() => [...document.querySelectorAll('svg.d')].filter(one => {
  const box = one.getBoundingClientRect();
  if (!box.width) return false;  // of the other width
  if (/NaN|undefined|None/.test(one.innerHTML)) return true;
  return ![...one.querySelectorAll('rect,circle,path,line,text')].some(part => {
    const at = part.getBoundingClientRect();
    return at.width + at.height > 1;
  });
}).map(one => one.outerHTML.slice(0, 120))"""

_WIDE = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return '';
  const out = [...document.querySelectorAll('body *')].filter(one =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll,.inner,.tabs'));
  return `${wide} px too wide: ${out.slice(-1).map(one => one.outerHTML.slice(0, 90))}`;
}"""

# A text that leaves its box lies on what stands beside it, even where the page is not too wide.
_SPILLED = """() => {
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let box = walk.currentNode.parentElement;
    const said = walk.currentNode.textContent.trim();
    if (!said || box.closest('script,style,svg,select,.scroll')) continue;
    while (getComputedStyle(box).display === 'inline') box = box.parentElement;
    const edge = box.getBoundingClientRect();
    const style = getComputedStyle(box);  // a blank at a break hangs out of a box that keeps blanks
    if (!edge.width || style.overflowX !== 'visible' || style.whiteSpace === 'pre-wrap') continue;
    range.selectNodeContents(walk.currentNode);
    if ([...range.getClientRects()].some(one => one.right > edge.right + 1.5 || one.left < edge.left - 1.5))
      found.push(`${said.slice(0, 30)} leaves ${box.tagName.toLowerCase()}.${box.className}`);
  }
  return found;
}"""

# Every text against the ground it stands on, as WCAG 1.4.3 has it: 4.5, or 3 where it is large. Grounds are
# plain in this look; drawn texts are taken by their fill, what cannot be pressed is left out.
_PALE = """() => {
  const read = said => { const c = said.match(/[\\d.]+/g).map(Number); return c.length < 4 ? [...c, 1] : c; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const known = new Map();
  const ground = one => {
    if (!one) return [255, 255, 255];
    if (!known.has(one)) {
      const own = read(getComputedStyle(one).backgroundColor);
      known.set(one, own[3] === 1 ? own.slice(0, 3) : over(own, ground(one.parentElement)));
    }
    return known.get(one);
  };
  const veil = one => one ? getComputedStyle(one).opacity * veil(one.parentElement) : 1;
  const found = new Set(), seen = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const ask = (one, said) => {
    if (seen.has(one)) return;
    seen.add(one);
    if (one.closest('[disabled],[aria-disabled=true],script,style')) return;
    if (!one.checkVisibility({visibilityProperty: true})) return;
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const ink = read(one.closest('svg') ? style.fill : style.color);
    ink[3] *= veil(one);
    const under = ground(one), a = light(over(ink, under)), b = light(under);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) found.add(`${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className}`
      + ` ${said.slice(0, 20)} ${ratio.toFixed(2)}`);
  };
  while (walk.nextNode()) {
    const said = walk.currentNode.textContent.trim();
    if (said) ask(walk.currentNode.parentElement, said);
  }
  for (const one of document.querySelectorAll('input:not([type=hidden]),select,textarea')) ask(one, one.name || '');
  return [...found];
}"""

# Texts by their kind: where they stand, by elements, classes, states and grounds up to the body. Of each kind the
# first that is seen is kept for _BY_AXE.
_KINDS = """() => {
  const words = new Set(['href', 'src', 'id', 'for', 'name', 'value', 'title', 'datetime', 'placeholder', 'aria-label',
    'aria-labelledby', 'aria-describedby', 'aria-controls', 'x', 'y', 'd', 'points', 'width', 'height']);
  const known = new Map([[document.body, '']]);
  const kind = one => {
    if (!known.has(one)) {
      const said = [...one.attributes].map(a => words.has(a.name) ? '' : ` ${a.name}=${a.value}`).join('');
      known.set(one, `${kind(one.parentElement)}>${one.tagName}${said} ${getComputedStyle(one).backgroundColor}`);
    }
    return known.get(one);
  };
  window.ofKind = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [...document.querySelectorAll('input:not([type=hidden]),select,textarea')];
  while (walk.nextNode()) if (walk.currentNode.textContent.trim()) texts.push(walk.currentNode.parentElement);
  for (const one of texts) {
    if (!one.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(one);
    const said = `${kind(one)} ${style.color} ${style.fontSize} ${style.fontWeight}`;
    if (!window.ofKind.has(said)) window.ofKind.set(said, one);
  }
  return [...window.ofKind.keys()];
}"""

# What axe finds with these options, and the kinds it was content with; null until it is there.
_BY_AXE = """async ([said, kinds]) => {
  if (!window.axe) return null;
  const tell = v => [v.id, v.nodes.map(n => n.target.join(' ') + ' ' + (n.any[0]?.message || ''))];
  if (!kinds) return [(await axe.run(document, {resultTypes: ['violations'], ...said})).violations.map(tell), []];
  const told = await axe.run({include: kinds.map(kind => window.ofKind.get(kind))},
    {resultTypes: ['violations', 'incomplete'], elementRef: true, ...said});
  const open = new Set([...told.violations, ...told.incomplete].flatMap(v => v.nodes.map(n => n.element)));
  return [told.violations.map(tell), kinds.filter(kind => !open.has(window.ofKind.get(kind)))];
}"""

# What stands on the page: texts, and what is read out or shown as a hint. Code, and what a page says is
# not to be translated (the words of a plan), are nobody's language.
_TEXTS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const up = walk.currentNode.parentElement;
    if (up.closest('script,style,code,pre,textarea,[translate=no],[lang]:not(html)')) continue;
    const said = walk.currentNode.textContent.trim();
    if (said) found.push(said);
  }
  for (const one of document.querySelectorAll('[placeholder],[aria-label],[alt],[title]'))
    for (const name of ['placeholder', 'aria-label', 'alt', 'title'])
      if (one.getAttribute(name)) found.push(one.getAttribute(name).trim());
  found.push(document.title);
  return found;
}"""

# In a Chinese page these are names, numbers of papers, signs of a file: no words of the page.
_NAMES = re.compile(
    r"\b(?:key-account(?:\.yaml)?|[0-9a-f]*\d[0-9a-f]{5,}|[0-9a-f]{6,}|docx|pdf|YAML|yaml|SQLite|PostgreSQL|JSON|https|csv|Assay|Excel|English|CSV|xlsx|demo|admin|[A-Z]{1,4}-?\d[\w-]*|[a-z]\d\d|SHA|PDF|JPG|PNG|km|px|HT|KA)\b"
)
# Chinese that is data although the catalogue has the same word: titles people hold, goods, places.
_DATA = {
    "业务员", "部门经理", "总监", "财务", "店员", "人事", "管理员", "大客户部", "总经理", "公司",
    "中文", "成色", "折", "万", "万元", "元", "克", "其他",
    "大客户部薪酬方案", "方案", "方案文件", "计提",
    "基本工资", "电话补助", "销售提成", "单笔奖励", "管理提成", "代理提成",
}  # fmt: skip


_RUN = re.compile(r"[\u3400-\u9fff]+")
_SIGNS = re.compile("[、，：；。]")

# Figures that stand under one another keep their digits under one another.
_UNEVEN = """() => [...document.querySelectorAll(
  'td.n, .fig .v, .tm .n, .ck .n, .wf .n, .ol .n, .sums dd, .ask-1 .fig, svg.d text')].filter(one =>
  !getComputedStyle(one).fontVariantNumeric.includes('tabular-nums')).map(one => one.outerHTML.slice(0, 90))"""


def uneven(page: Any) -> list[str]:
    """Figures whose digits are not of one width."""
    found: list[str] = page.evaluate(_UNEVEN)
    return found


def overflow(page: Any) -> str:
    """What is wider than the window, or nothing."""
    said: str = page.evaluate(_WIDE)
    return said


def spilled(page: Any) -> list[str]:
    """Texts that leave their boxes."""
    found: list[str] = page.evaluate(_SPILLED)
    return found


def empty_drawings(page: Any) -> list[str]:
    """Drawings with nothing in them."""
    found: list[str] = page.evaluate(_DRAWINGS)
    return found


def english_in_chinese(page: Any) -> list[str]:
    """Words of three Latin letters and more that are no names."""
    found = set()
    for said in page.evaluate(_TEXTS):
        found |= set(re.findall(r"[A-Za-z]{3,}", _NAMES.sub("", said)))
    return sorted(found)


def chinese_in_english(page: Any, written: Sequence[str] = ()) -> list[str]:
    """Chinese of the catalogue that was not translated, beside whatever somebody wrote.

    written: what stands in the database, the longest first (`written_in`); it is taken out of a
    text, and what is left is the page's own.
    """
    return sorted(said for said in page.evaluate(_TEXTS) if untranslated(said, written))


def untranslated(said: str, written: Sequence[str]) -> bool:
    """Whether a text holds a word of the catalogue that nobody wrote, or English with signs of Chinese."""
    if not _RUN.search(said):
        return bool(_SIGNS.search(said))
    for value in written:
        if value in said:
            said = said.replace(value, " ")
    return any(run in _known() and run not in _DATA for run in _RUN.findall(said))


# What the house says by itself, in Chinese until it is read: the log of access, jobs, notices.
_OWN_WORDS = ("furniture_accessentry", "furniture_job", "furniture_clue", "desk_notice", "django_")


def written_in(database: Path) -> tuple[str, ...]:
    """Names and texts of a SQLite database with Chinese in them, the longest first, but no word of a page."""
    found: set[str] = set()
    with closing(sqlite3.connect(database)) as held:
        tables = held.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if not table.startswith(_OWN_WORDS):
                for row in held.execute(f'SELECT * FROM "{table}"'):
                    found.update(text for value in row for text in _texts(value))
    return tuple(sorted(found - _known(), key=len, reverse=True))


def _texts(value: object) -> list[str]:
    """The Chinese texts of a cell, those inside of JSON one by one."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value.strip()] if isinstance(value, str) and _RUN.search(value) else []


@cache
def _known() -> set[str]:
    """Runs of Chinese in the texts of the pages, of two signs and more."""
    return {
        run for text in catalogue() for run in re.findall(r"[\u3400-\u9fff]{2,}", text)
        if CHINESE.search(run)
    }  # fmt: skip


def violations(page: Any, said: dict[str, Any], kinds: Sequence[str] | None = None) -> list[str]:
    """What axe finds on the page: rule and place. said: its options; kinds: of texts, where it is asked of no more."""
    told = page.evaluate(_BY_AXE, [said, kinds])
    if told is None:
        page.evaluate(AXE)
        told = page.evaluate(_BY_AXE, [said, kinds])
    found, settled = told
    _ASKED.update(settled)
    return [f"{rule}: {'; '.join(nodes[:3])}" for rule, nodes in found]


def dull(page: Any) -> list[str]:
    """What axe says of contrast: of each kind of text until it is content, `pale` asks every text all the same."""
    new = [kind for kind in page.evaluate(_KINDS) if kind not in _ASKED]
    return violations(page, {"runOnly": [CONTRAST]}, new) if new else []


def pale(page: Any) -> list[str]:
    """Texts too pale for their ground, in the theme the page is in."""
    found: list[str] = page.evaluate(_PALE)
    return found


def _of_theme(page: Any, theme: str, width: int) -> list[str]:
    """All of axe on the wide light page, all but contrast on a phone; contrast by every text each time."""
    if theme == "dark":
        return [*pale(page), *violations(page, {"runOnly": OF_COLOUR})]
    found = [*pale(page), *violations(page, {"rules": {CONTRAST: {"enabled": False}}})]
    return [*found, *dull(page)] if width == max(WIDTHS) else found


def every_way(page: Any, say: Callable[[str], None]) -> None:
    """The page at both widths, light and dark; back to the wide and light one at the end."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
        )
        if wide := overflow(page):
            say(f"{width}: {wide}")
        for text in spilled(page):
            say(f"{width}: {text}")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for found in _of_theme(page, theme, width):
                say(f"{width} {theme}: {found}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
