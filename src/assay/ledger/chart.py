"""The chart of accounts: which there are, on which side they stand, and which may never run dry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.errors import UserError


@dataclass(frozen=True)
class Control:
    """A control account. parties: it is the sum of one account for each; guarded: never below zero."""

    title: Any
    side: str  # the side it grows on: debit (assets, expenses) or credit (liabilities, income)
    parties: bool = False
    guarded: bool = False


CHART = {
    "expense.commission": Control(_("提成费用"), "debit"),
    "expense.agent": Control(_("代理费用"), "debit"),
    "expense.store": Control(_("银楼提成费用"), "debit"),
    "expense.written_off": Control(_("核销的提成欠款"), "debit"),
    "payable.payee": Control(_("应付提成"), "credit", parties=True),
    "payable.agent": Control(_("应付代理费"), "credit", parties=True),
    "payable.store": Control(_("应付银楼提成"), "credit", parties=True),
    "withheld.tax": Control(_("代扣个人所得税"), "credit"),
    "withheld.social": Control(_("代扣社保公积金"), "credit"),
    "bank": Control(_("银行存款"), "debit"),
    "cash": Control(_("库存现金"), "debit", guarded=True),
    "prepaid": Control(_("预收卡券款"), "credit", parties=True, guarded=True),
    "sales": Control(_("卡券销售收入"), "credit"),
    "breakage": Control(_("券余不找零收入"), "credit"),
}


def account_code(control: str, party: str = "") -> str:
    """payable.payee:S04, or bank."""
    return f"{control}:{party}" if party else control


def split_code(code: str) -> tuple[str, str, Control]:
    """(control, party, its line of the chart) of a code. UserError where the chart has no such."""
    control, colon, party = code.partition(":")
    line = CHART.get(control)
    if line is None or line.parties != bool(colon and party):
        raise UserError(gettext("科目表里没有 %(code)s") % {"code": code})
    return control, party, line
