"""Every head of a list opens its entry of the glossary, or is a word that everybody knows."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from django.utils.translation import override

import assay
from assay.furniture.glossary import find
from assay.furniture.lists import ListPage
from assay.site.words import SOURCES
from tests import factories

HEAD = re.compile(r"<th(?: [^>]*)?>(.*?)</th>")
WORD = re.compile(r'\{% (?:translate|term) ["\']([^"\']+)["\'] %\}')
# Heads that need no entry, by why they need none.
SELF = re.compile(
    "(日期|时间|月份|年份|期限|全年|本年|本月|开始|入职|上次登录|分钟)$"  # a day or a span of days
    "|(编号|货号|工号|税号|号码|登录名|[批货款]单|收款单|[^账]名称?)$"  # what a thing or a paper is called
    "|^(电话|地址|城市|店员|经理|讲师|谁|[^人]+人|由谁答复|部门或银楼|客户与合同|客户与订单)$"  # who and where
    "|^(在职|在售|在用|营业|有效|可登录|人数|行数|客户数|流失客户|名单|结果|分数|金额(（元）)?|合计|收到)$"  # counted
    "|^(状态|类型|方式|原因|事由|情况|内容|项目|备注|说明|建议|答复|问什么|什么事|为什么|推广的产品|付哪一单)$"
    "|^(甲|乙|从|到|之前|之后|原来|现在|我的|留下|并入|全选|行|例)$"  # two things side by side; a file's own
)


def lists():
    """Every list page of the rooms, by its name."""
    for path in sorted(SOURCES.glob("*/views/__init__.py")):
        package = importlib.import_module(f"{assay.__name__}.{path.parent.parent.name}.views")
        for module in pkgutil.iter_modules(package.__path__):
            held = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
            yield from ((name, one) for name, one in held.items() if isinstance(one, ListPage))


def heads():
    """(head, where it stands), in Chinese: columns and second lines of lists, heads of tables."""
    for name, page in lists():
        for column in page.columns:
            yield column.title, name
            if column.under:
                yield column.under[0], name
    for path in SOURCES.glob("*/templates/**/*.html"):
        for head in HEAD.findall(path.read_text(encoding="utf-8")):
            yield from ((word, path.name) for word in WORD.findall(head))


def test_a_head_opens_an_entry_or_says_itself_what_it_is():
    with override("zh-hans"):
        found = {str(head): head for head, _where in heads() if head}
        entries = {said: find(said) for said in found}
        assert len(found) > 200
        dark = sorted(said for said in found if not entries[said] and not SELF.search(said))
        assert not dark, "write an entry of docs/glossary.md"
    with override("en"):
        other = [said for said, head in found.items() if find(head) is not entries[said]]
        assert not other, "another entry in English"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "url", "term"),
    [
        ("director", "/customers/", "上次成交"), ("director", "/sales/opportunities/", "预计金额"),
        ("director", "/sales/goods/", "每克工费"),
    ],
)  # fmt: skip
def test_heads_of_lists_are_links_to_their_entries(role, url, term):
    if "opportunities" in url:
        factories.opportunity(factories.employee())
    factories.good()
    factories.customer(factories.employee())
    for language in ("zh-hans", "en"):
        browser = factories.signed_in(role)
        browser.post("/language/", {"language": language})
        page = browser.get(url).content.decode()
        assert re.search(rf'<th\b[^>]*>(?:(?!</th>).)*data-told="[^"]*{_quoted(term)}/"', page), (
            language
        )


def _quoted(term):
    return "".join(f"%{byte:02X}" for byte in term.encode())
