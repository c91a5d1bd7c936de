"""Every head of a list and label of a form opens its entry of the glossary, or everybody knows it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest
from django.forms import Form, ModelForm
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
# Labels that need none: one's own particulars, files and places, and those that say what they do.
PLAIN = re.compile(
    "^(手机|邮箱|身份证号|账号|开户行|地点|简称|联系电话|注册(地址|电话)|员工人数|附件|[发方].文件|存放处|移交给|管理员)$"
    "|^(.*密码|再输一次|验证码|意向|意见|理由|经过|做法|决定|谁定的|说了什么|改成|.*的?原因|银行流水号)$"
    "|^(年度|月|日|每天几点|.*最后一天|从哪[天个]月?起?|到哪个月|哪个任职|改方案里的一个数|存疑改一种读法)$"
    "|可能性 %$|^(仍要新建：确实是另一位客户|还没到流失线，也宣布流失|已离开这家单位|活动后几天内的成交算后续)$"
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


@pytest.mark.either_database
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


def labels():
    """(label, its form, what is said below it) of every form of the rooms."""
    for path in sorted([*SOURCES.glob("*/forms.py"), *SOURCES.glob("*/forms/*.py")]):
        module = importlib.import_module(
            ".".join([assay.__name__, *path.relative_to(SOURCES).with_suffix("").parts])
        )
        for name, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, Form | ModelForm) and form.__module__ == module.__name__:
                for field in form.base_fields.values():
                    if field.label is not None and not field.widget.is_hidden:
                        yield field.label, name, field.help_text


@pytest.mark.either_database
def test_a_label_opens_an_entry_or_is_told_below_or_says_itself_what_it_is():
    with override("zh-hans"):
        found = list(labels())
        assert len(found) > 250
        dark = {
            (str(label), form) for label, form, told in found
            if not told and not find(label) and not SELF.search(str(label)) and not PLAIN.search(str(label))
        }  # fmt: skip
        assert not dark, "write an entry of docs/glossary.md or a help text"


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
