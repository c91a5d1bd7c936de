"""What people can be told: each kind with its name, when it goes out unless chosen otherwise, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assay.people.roles import SALES, STAFF

PAYEES = STAFF | {"agent"}
SELLING = frozenset({"salesperson", "manager"})


@dataclass(frozen=True)
class Kind:
    """A kind of notice. roles: who can get one, and so is offered it.

    lasting: it tells how things stand, and is settled once they stand otherwise; the others tell
    what happened, and wait until they are read.
    """

    code: str
    title: Any
    when: str
    roles: frozenset[str]
    lasting: bool = True


KINDS = {
    kind.code: kind
    for kind in (
        Kind("asked", _("有审批等我"), "now", frozenset({"manager", "director", "finance"})),
        Kind("decided", _("我的申请有结果"), "now", SALES, lasting=False),
        Kind("upgrade", _("升级或特色服务等我批"), "now", frozenset({"manager", "director"})),
        Kind("money", _("应收到期"), "daily", SELLING),
        Kind("protection", _("保护期将满"), "daily", SELLING | {"agent"}),
        Kind("assigned", _("分来新客户"), "now", SELLING, lasting=False),
        Kind("enquiry", _("询问等我答复"), "now", SALES | {"clerk"}),
        Kind("festival", _("节日最晚下单日"), "daily", SELLING),
        Kind("close", _("结账轮到我"), "now",
             frozenset({"manager", "director", "hr", "finance", "general"})),
        Kind("dispute", _("异议等我答复"), "now", frozenset({"manager", "director", "hr", "finance"})),
        Kind("answered", _("我的异议有答复"), "now", PAYEES, lasting=False),
        Kind("plan", _("方案等我签认"), "now", PAYEES),
        Kind("statement", _("提成单等我确认"), "now", PAYEES),
        Kind("settling", _("欠款清账等我批"), "now", frozenset({"general"})),
        Kind("settled", _("欠款清账有结果"), "now", frozenset({"finance"}), lasting=False),
        Kind("claim", _("请款有变化"), "now", frozenset({"finance", "agent"})),
        Kind("import", _("导入完成"), "now",
             frozenset({"hr", "finance", "manager", "director"}), lasting=False),
    )
}  # fmt: skip
LASTING = frozenset(code for code, kind in KINDS.items() if kind.lasting)


def offered(role: str) -> list[Kind]:
    """The kinds somebody in a role can be told."""
    return [kind for kind in KINDS.values() if role in kind.roles]
