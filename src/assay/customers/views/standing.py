"""Upgrades asked and decided, the target list, churn and its reasons, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers import actions
from assay.customers.access import customers_kept, customers_seen, dealings_seen
from assay.customers.forms import standing as forms
from assay.customers.models import REASONS, TIERS, Nomination, Service, TargetAccount
from assay.customers.queries import boards, kpis
from assay.customers.queries.days import rules
from assay.customers.queries.figures import silent
from assay.customers.queries.lookups import by_customer
from assay.customers.views.common import decided, kept, me, page_of
from assay.customers.views.recorded import RULES
from assay.errors import UserError
from assay.furniture.batches import each, picked
from assay.furniture.exports import Sheet, sheets_response
from assay.furniture.links import page_at
from assay.furniture.lists import Column, Filter, ListPage
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.furniture.reader import labelled
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.views.narrowing import by_seller

UPGRADES = gettext_lazy("升级审批")


@needs("customers.churn")
def nominations(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, with what it weighs; and what was decided."""
    who, today = viewer(request), timezone.localdate()
    rows = customers_kept(who)
    if request.GET.get("export") == "xlsx":
        if not who.may("customers.export"):
            raise PermissionDenied
        sheets = [
            _waiting_sheet(boards.waiting(rows, today)),
            _services_sheet(boards.services_waiting(rows)),
            _decided_sheet(boards.decided(customers_seen(who))),
        ]
        return sheets_response(request, "upgrades", UPGRADES, sheets)
    year = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    context: dict[str, Any] = {
        "asked": boards.waiting(rows, today), "decided": boards.decided(customers_seen(who)),
        "services": boards.services_waiting(rows), "may_decide": who.may("customers.lead"),
        "me": who.employee_id, "upgraded": kpis.upgraded(*year) if who.may("customers.lead") else None,
        "year": today.year, "may_export": who.may("customers.export"),
    }  # fmt: skip
    return render(request, "customers/nominations.html", context)


def _waiting_sheet(asked: Sequence[boards.Asked]) -> Sheet:
    """What waits, a card a row, with what it weighs."""
    heads = [
        (_("客户"), "text"), (_("编号"), "text"), (_("申报"), "text"), (_("近 12 个月实收"), "money"),
        (_("门槛"), "money"), (_("建档天数"), "count"), (_("计入升级数"), "text"), (_("上次成交"), "day"),
        (_("负责人"), "text"), (_("申请人"), "text"), (_("理由"), "text"), (_("申请时间"), "day"),
        (_("等了几天"), "count"),
    ]  # fmt: skip
    rows = [
        (
            row.customer.name, row.customer.code, _way(row), one.paid, one.threshold, one.days_on_file,
            _("是") if one.counts else _("否"), row.customer.last_paid,
            row.customer.owner.name if row.customer.owner else _("公海"), row.asked_by.name,
            row.reason, row.asked_on, one.waiting_days,
        )
        for one in asked
        for row in (one.nomination,)
    ]  # fmt: skip
    return _("待批"), heads, rows


def _way(row: Nomination) -> str:
    return _("普通 → 大客户") if row.tier == "key" else _("大客户 → 普通")


def _services_sheet(services: Sequence[Service]) -> Sheet:
    heads = [
        (_("特色服务"), "text"), (_("客户"), "text"), (_("员工"), "text"), (_("日期"), "day"), (_("说明"), "text"),
    ]  # fmt: skip
    rows = [(x.title, x.customer.name, x.employee.name, x.day, x.text) for x in services]
    return _("特色服务"), heads, rows


def _decided_sheet(decided: Sequence[Nomination]) -> Sheet:
    heads = [
        (_("客户"), "text"), (_("申报"), "text"), (_("申请人"), "text"), (_("理由"), "text"), (_("状态"), "text"),
        (_("答复"), "text"), (_("审批人"), "text"), (_("日期"), "day"),
    ]  # fmt: skip
    rows = [
        (
            x.customer.name, _way(x), x.asked_by.name, x.reason, x.get_state_display(), x.answer,
            x.decided_by.name if x.decided_by else "", x.decided_on,
        )
        for x in decided
    ]  # fmt: skip
    return _("已批"), heads, rows


@needs("customers.nominate")
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a customer be a key account, or an ordinary one again."""
    row = kept(request, pk)
    up = row.tier == "ordinary"
    title = _("申报大客户：%(name)s") if up else _("申报降为普通客户：%(name)s")
    return form_page(
        request, forms.NominateForm(request.POST or None), title=title % {"name": row.name},
        act=lambda said: actions.nominate(row, by=me(request), tier="key" if up else "ordinary", **said),
        done=lambda made: page_of(row), said=_("申报已交审批"), button=_("申报"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.lead")
@require_POST
def decide_nominations(request: HttpRequest) -> HttpResponse:
    """Agree to what is ticked, or turn it down; each is told by itself."""
    agreed = request.POST.get("agreed") == "1"
    answer = request.POST.get("answer", "").strip()[:400]
    chosen = picked(request, None)
    rows = Nomination.objects.filter(
        pk__in=chosen, customer__in=customers_kept(viewer(request))
    ).select_related("customer")
    if not chosen:
        messages.error(request, _("先勾选要批的申报"))
    for row in rows.order_by("pk"):
        try:
            actions.decide(row, by=me(request), agreed=agreed, answer=answer)
        except UserError as error:
            messages.error(request, labelled(row.customer.name, error))
        else:
            done = _("%(name)s：已同意") if agreed else _("%(name)s：已驳回")
            messages.success(request, done % {"name": row.customer.name})
    return decided(request)


@needs("customers.nominate")
@require_POST
def nomination_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own back."""
    rows = Nomination.objects.filter(customer__in=customers_kept(viewer(request)))
    row = one(rows, pk=pk)
    try:
        actions.withdraw(row, by=me(request))
        messages.success(request, _("申报已撤回"))
    except UserError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("customers:nominations"))


TARGETS = ListPage(
    title=gettext_lazy("目标名单"),
    intro=gettext_lazy("列入之后第一笔有效成交，算开发成功；一个集团只算一次。"),
    columns=[
        Column(
            gettext_lazy("客户"), lambda row: row.customer.name, sort="customer__pinyin",
            link=lambda row: page_of(row.customer),
            under=(gettext_lazy("集团"), lambda row: row.customer.group.name if row.customer.group else ""),
        ),
        Column(gettext_lazy("年份"), lambda row: row.year, "note", sort="year"),
        Column(
            gettext_lazy("负责人"),
            lambda row: row.customer.owner.name if row.customer.owner else _("公海"), sort="customer__owner__pinyin",
        ),
        Column(gettext_lazy("切入点"), lambda row: row.reason, sort="reason"),
        Column(gettext_lazy("预计金额"), lambda row: row.expected, "money", sort="expected"),
        Column(gettext_lazy("当年实收"), lambda row: row.paid, "money", sort="paid"),
        Column(gettext_lazy("首次成交"), lambda row: row.customer.first_paid, "day", sort="customer__first_paid"),
        Column(gettext_lazy("列入日期"), lambda row: row.day, "day", sort="day"),
    ],
    order="customer__pinyin",
    search=by_customer("customer"),
    search_hint=gettext_lazy("名称、拼音、首字母、编号"),
    filters=[
        Filter(
            "year", gettext_lazy("全部年份"),
            lambda: [(str(y), str(y)) for y in range(timezone.localdate().year + 1, 2023, -1)],
            lambda rows, year: rows.filter(year=number(year)) if number(year) else rows,
        )
    ],
    empty=gettext_lazy("名单还是空的：在客户页上点“列入目标名单”"),
    export_name="targets",
    template="customers/targets.html",
)  # fmt: skip


@needs("customers.churn")
def targets(request: HttpRequest) -> HttpResponse:
    """Accounts to be won this year."""
    who, today = viewer(request), timezone.localdate()
    rows = boards.with_trade(
        TargetAccount.objects.filter(customer__in=customers_seen(who)).select_related(
            "customer__owner", "customer__group"
        )
    )
    done = None
    if who.may("customers.lead"):
        done = kpis.developed(date(today.year, 1, 1), date(today.year + 1, 1, 1))
    page = TARGETS.narrowed_by(
        *by_seller(who, "owner", gettext_lazy("全部负责人"), "customer__owner")
    )
    return page.answer(
        request, rows, may_export=who.may("customers.export"), done=done, year=today.year
    )


@needs("customers.churn")
def add_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Onto the target list."""
    row = kept(request, pk)
    form = forms.TargetForm(request.POST or None, initial={"year": timezone.localdate().year})
    return form_page(
        request, form, title=_("列入目标名单：%(name)s") % {"name": row.name},
        act=lambda said: actions.aim_at(row, **said), done=lambda made: page_of(row),
        said=_("已列入目标名单"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.churn")
@require_POST
def aim_at_several(request: HttpRequest) -> HttpResponse:
    """Those ticked onto this year's target list."""
    year = timezone.localdate().year
    return each(
        request, customers_kept(viewer(request)), lambda row: actions.aim_at(row, year=year),
        said=_("%(count)s 位已列入目标名单"), back=reverse("customers:customers"),
    )  # fmt: skip


@needs("customers.churn")
@require_POST
def target_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the target list."""
    rows = TargetAccount.objects.filter(customer__in=customers_kept(viewer(request)))
    row = one(rows.select_related("customer"), pk=pk)
    actions.drop_target(row)
    messages.success(request, _("已移出目标名单"))
    return HttpResponseRedirect(page_of(row.customer))


def _state(row: Any) -> str:
    days = (timezone.localdate() - row.quiet_since).days
    if row.why or row.quiet_since <= row.lost_by:
        return _("已流失，沉默 %(days)s 天") % {"days": days}
    return _("沉默 %(days)s 天") % {"days": days}


def _left(row: Any) -> int | None:
    left = (row.quiet_since - row.lost_by).days
    return left if left > 0 and not row.why else None


CHURN = ListPage(
    title=gettext_lazy("流失"),
    columns=[
        Column(
            gettext_lazy("客户"), lambda row: row.name, sort="pinyin", link=page_of,
            under=(gettext_lazy("编号"), lambda row: row.code),
        ),
        Column(gettext_lazy("级别"), lambda row: row.get_tier_display(), sort="tier"),
        Column(gettext_lazy("负责人"), lambda row: row.owner.name if row.owner else _("公海"), sort="owner__pinyin"),
        Column(gettext_lazy("上次成交"), lambda row: row.last_paid, "day", sort="quiet_since"),
        Column(gettext_lazy("状态"), _state),
        Column(gettext_lazy("距流失天数"), _left, "count"),
        Column(gettext_lazy("上次联系"), lambda row: row.last_met, "day", sort="last_met"),
        Column(
            gettext_lazy("流失原因"), lambda row: dict(REASONS)[row.why] if row.why else _("记原因"),
            link=lambda row: "" if row.why else page_at("customers:loss", row.pk),
            exported=lambda row: dict(REASONS)[row.why] if row.why else "", sort="why",
        ),
    ],
    order="quiet_since",
    search=by_customer(),
    search_hint=gettext_lazy("名称、拼音、首字母、编号、税号、电话"),
    filters=[
        Filter("tier", gettext_lazy("全部级别"), lambda: TIERS, lambda rows, tier: rows.filter(tier=tier)),
        Filter(
            "standing", gettext_lazy("预警和流失"),
            lambda: [("warned", gettext_lazy("流失预警")), ("lost", gettext_lazy("已流失"))],
            lambda rows, state: rows.filter(silent(state, timezone.localdate(), rules())),
        ),
        Filter(
            "why", gettext_lazy("全部原因"), lambda: [*REASONS, ("none", gettext_lazy("没写原因"))],
            lambda rows, why: rows.filter(why=None if why == "none" else why),
        ),
    ],
    empty=gettext_lazy("没有客户在预警线之外"),
    export_name="churn",
    template="customers/churn.html",
)  # fmt: skip


@needs("customers.churn")
def churn(request: HttpRequest) -> HttpResponse:
    """Who has gone silent: 10 months warned, 396 days lost."""
    who, today = viewer(request), timezone.localdate()
    rows = boards.going(customers_seen(who), today).select_related("owner")
    more: dict[str, Any] = {}
    if who.may("customers.lead"):
        year = _year(request, today)
        told = kpis.churn(date(year, 1, 1), date(year + 1, 1, 1), today)
        more["figures"] = {"lost": told.lost, "held": told.held, "rate": told.rate, "year": year}
        more["reasons"] = boards.reasons_lost(dealings_seen(who), year)
        more["years"] = range(today.year, today.year - 4, -1)
    page = CHURN.narrowed_by(*by_seller(who, "owner", gettext_lazy("全部负责人")))
    return page.answer(request, rows, may_export=who.may("customers.export"), rules=rules(), **more)


def _year(request: HttpRequest, today: date) -> int:
    """The year asked for, of those there can be figures of; else this one."""
    return number(request.GET.get("year", ""), 2000, today.year) or today.year


@needs("customers.churn")
def loss(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a customer was lost."""
    row = kept(request, pk)
    return form_page(
        request, forms.LossForm(request.POST or None), title=_("流失原因：%(name)s") % {"name": row.name},
        act=lambda said: actions.note_loss(row, **said), done=lambda made: page_of(row),
        said=_("流失原因已记"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.lead")
def change_rules(request: HttpRequest) -> HttpResponse:
    """The figures of pool, tiers and churn."""
    row = rules()
    form = forms.RulesForm(request.POST or None, instance=row)
    return form_page(
        request, form, title=_("客户规则"), intro=_("改了以后从今天起算，已有的保护期不变。"),
        act=lambda said: actions.change_rules(**said), done=reverse("customers:rules"), said=_("已保存"),
        extra={"story": RULES.story(viewer(request), row)},
    )  # fmt: skip
