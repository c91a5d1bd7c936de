"""What people are to be told, found in the facts themselves: asked again, it gives the same keys."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from assay.customers.models import Customer, Festival, Occasion, Turn
from assay.desk.kinds import LASTING
from assay.desk.models import Choice, Notice
from assay.desk.queries.reminders import Fact, reminders
from assay.desk.queries.waiting import duties, registrations
from assay.furniture.models import Job
from assay.furniture.spans import covering
from assay.furniture.templatetags.figures import discount, money
from assay.incentives.models import Claim
from assay.incentives.models.closing import KINDS as STEPS_TAKEN
from assay.people.models import Assignment, User
from assay.sales.models import OWING, Order, Request, Sign
from assay.sales.queries.orders import PLACED

RECENT = timedelta(days=7)
CLAIMS_FOR = timedelta(days=183)  # after it was asked for: by then a claim is done
DUE_ROOM, LATE_ROOM, PROTECTION_ROOM, FESTIVAL_ROOM, OWN_ROOM = 3, 14, 7, 14, 10
AT_ONCE = 200_000  # imports up to this size are done while the person looks on
STEPS = dict(STEPS_TAKEN)
ROOMS = ("people", "customers", "sales")


def found(now: datetime, today: date) -> Iterator[Fact]:
    """Everything that anybody is to be told as things stand; a dozen queries."""
    logins = dict(
        User.objects.filter(is_active=True, employee__isnull=False).values_list("employee", "pk")
    )
    yield from _asked(logins)
    yield from _decided(logins, now)
    yield from _assigned(logins, today)
    yield from _imports(now)
    yield from _money(logins, today)
    yield from _protections(logins, today)
    yield from _festivals(logins, today)
    yield from registrations(today)
    yield from duties(logins, now, today)
    yield from _claims(logins, now, today)
    yield from reminders(logins, today)


def _asked(logins: dict[int, int]) -> Iterator[Fact]:
    rows = Sign.objects.filter(said="waiting", request__state="open", who__in=list(logins))
    for sign in rows.select_related("request__order__customer", "request__asked_by"):
        row = sign.request
        yield Fact(
            logins[sign.who_id], "asked", f"asked:{sign.pk}",
            {
                "who": row.asked_by.name, "customer": row.order.customer.called,
                "net": row.net_amount, "list": row.list_amount, "why": row.why,
            },
            reverse("sales:request", args=[row.pk]),
        )  # fmt: skip


def _decided(logins: dict[int, int], now: datetime) -> Iterator[Fact]:
    rows = Request.objects.filter(
        state__in=["agreed", "refused"], closed_at__gt=now - RECENT, asked_by__in=list(logins)
    )
    for row in rows.select_related("order__customer"):
        yield Fact(
            logins[row.asked_by_id], "decided", f"decided:{row.pk}",
            {
                "agreed": row.state == "agreed", "customer": row.order.customer.called,
                "net": row.net_amount, "list": row.list_amount,
            },
            reverse("sales:order", args=[row.order_id]),
        )  # fmt: skip


def _assigned(logins: dict[int, int], today: date) -> Iterator[Fact]:
    rows = Turn.objects.filter(
        how__in=["handed", "assigned"], after__in=list(logins), day__gt=today - RECENT
    )
    for turn in rows.select_related("customer", "before"):
        yield Fact(
            logins[turn.after_id or 0], "assigned", f"assigned:{turn.pk}",
            {"customer": turn.customer.called, "before": turn.before.name if turn.before else ""},
            reverse("customers:customer", args=[turn.customer_id]),
        )  # fmt: skip


def _imports(now: datetime) -> Iterator[Fact]:
    rows = Job.objects.filter(
        kind="import", state__in=["ready", "done", "failed"], ended__gt=now - RECENT,
        user_id__isnull=False, given__size__gt=AT_ONCE,
    )  # fmt: skip
    for job in rows:
        yield Fact(
            job.user_id or 0, "import", f"import:{job.pk}:{job.state}",
            {"file": job.given.get("name", ""), "state": job.state, "wrong": job.result.get("failed") or 0},
            _import_page(job),
        )  # fmt: skip


def _import_page(job: Job) -> str:
    for room in ROOMS:
        try:
            return reverse(f"{room}:import_{job.given.get('spec', '')}_job", args=[job.pk])
        except NoReverseMatch:
            continue
    return reverse("home")


def _money(logins: dict[int, int], today: date) -> Iterator[Fact]:
    rows = Order.objects.filter(
        seller__in=list(logins), status__in=PLACED, due_on__lte=today + timedelta(DUE_ROOM),
        due_on__gte=today - timedelta(LATE_ROOM),
        collected__lt=F("net_amount") - F("returned_net"),
    )  # fmt: skip
    for order in rows.select_related("customer"):
        if order.due_on is None or order.seller_id is None:
            continue
        late = order.due_on < today
        yield Fact(
            logins[order.seller_id], "money",
            f"money:{order.pk}:{order.due_on}:{'late' if late else 'due'}",
            {
                "customer": order.customer.called, "number": order.number, "owed": order.owed,
                "day": str(order.due_on), "late": late,
            },
            reverse("sales:order", args=[order.pk]),
        )  # fmt: skip
    yield from _urged(logins, today)


def _urged(logins: dict[int, int], today: date) -> Iterator[Fact]:
    """Overdue orders whose money was asked for these days, however long they are overdue."""
    rows = Order.objects.filter(
        OWING, seller__in=list(logins), urged_on__gt=today - RECENT, due_on__lt=today
    )
    for order in rows.select_related("customer"):
        yield Fact(
            logins[order.seller_id or 0], "money", f"urged:{order.pk}:{order.urged_on}",
            {
                "customer": order.customer.called, "number": order.number, "owed": order.owed,
                "day": str(order.due_on), "late": True, "urged": True,
            },
            reverse("sales:order", args=[order.pk]),
        )  # fmt: skip


def _protections(logins: dict[int, int], today: date) -> Iterator[Fact]:
    rows = Customer.objects.filter(
        owner__in=list(logins), tier="ordinary", merged_into=None, protected_until__gte=today,
        protected_until__lte=today + timedelta(PROTECTION_ROOM),
    )  # fmt: skip
    for row in rows:
        yield Fact(
            logins[row.owner_id or 0], "protection", f"protection:{row.pk}:{row.protected_until}",
            {"customer": row.called, "day": str(row.protected_until)},
            reverse("customers:customer", args=[row.pk]),
        )  # fmt: skip


def _festivals(logins: dict[int, int], today: date) -> Iterator[Fact]:
    near = [
        row for row in Festival.objects.filter(day__gte=today, day__lte=today + timedelta(200))
        if today <= row.day - timedelta(row.lead) <= today + timedelta(FESTIVAL_ROOM)
    ]  # fmt: skip
    if near:
        selling = Assignment.objects.filter(
            covering(today), role__in=("salesperson", "manager"), employee__in=list(logins)
        )
        for employee in set(selling.values_list("employee_id", flat=True)):
            for row in near:
                yield Fact(
                    logins[employee], "festival", f"festival:{row.pk}",
                    {"name": row.name, "day": str(row.day - timedelta(row.lead))},
                    f"{reverse('home')}?why=festival",
                )  # fmt: skip
    yield from _occasions(logins, today)


def _occasions(logins: dict[int, int], today: date) -> Iterator[Fact]:
    months = {(today + timedelta(days)).month for days in range(0, 220, 20)}
    rows = Occasion.objects.filter(
        month__in=months, customer__owner__in=list(logins), customer__merged_into=None
    )
    for row in rows.select_related("customer"):
        for year in (today.year, today.year + 1):
            try:
                day = date(year, row.month, row.day) - timedelta(row.lead)
            except ValueError:  # 29 February
                continue
            if today <= day <= today + timedelta(OWN_ROOM):
                yield Fact(
                    logins[row.customer.owner_id or 0], "festival", f"occasion:{row.pk}:{year}",
                    {"name": row.name, "day": str(day), "customer": row.customer.called},
                    reverse("customers:customer", args=[row.customer_id]),
                )  # fmt: skip


def _claims(logins: dict[int, int], now: datetime, today: date) -> Iterator[Fact]:
    """A claim that changed: what finance has to do tells finance, what finance did tells the agent."""
    rows = list(
        Claim.objects.filter(asked_at__gt=now - CLAIMS_FOR)
        .select_related("statement")
        .order_by("pk")
    )
    if not rows:
        return
    posts = Assignment.objects.filter(covering(today), role="finance", employee__in=list(logins))
    office = [logins[one] for one in sorted(set(posts.values_list("employee_id", flat=True)))]
    agents: dict[int | None, list[int]] = {}
    for agent, user in User.objects.filter(is_active=True, agent__isnull=False).values_list(
        "agent", "pk"
    ):
        agents.setdefault(agent, []).append(user)
    for row in rows:
        to = (
            office
            if row.state in ("asked", "withdrawn")
            else agents.get(row.statement.agent_id, [])
        )
        for user in to:
            yield Fact(
                user, "claim", f"claim:{row.pk}:{row.state}",
                {
                    "number": row.number, "name": row.statement.name, "state": row.state,
                    "amount": row.amount, "net": row.net, "answer": row.answer,
                },
                reverse("incentives:claim", args=[row.pk]),
            )  # fmt: skip


def shown(user: int) -> QuerySet[Notice]:
    """The notices somebody's page tells: all but the kinds switched off on it."""
    off = Choice.objects.filter(subscription__user=user, way="page", when="never")
    return Notice.objects.filter(user=user).exclude(kind__in=off.values("kind"))


def unread(user: int) -> int:
    """How many notices somebody has not read."""
    return shown(user).filter(read_at=None).count()


def moot(facts: Container[tuple[int, str]]) -> list[int]:
    """Keys of unread notices of how things stood that stand otherwise now: decided, paid, met, signed.

    facts: user and key of everything that holds now.
    """
    rows = Notice.objects.filter(read_at=None, kind__in=LASTING)
    held = rows.values_list("pk", "user", "key")
    return [pk for pk, user, key in held if (user, key) not in facts]


def said(notice: Notice) -> str:
    """A notice in words, in the language at hand."""
    told = dict(notice.data)
    for name in ("net", "owed", "total", "amount"):
        if name in told:
            told[f"{name}_text"] = money(told[name])
    if notice.kind in ("asked", "decided"):
        told["discount"] = discount(told["net"], told["list"])
    return {
        "asked": _said_asked, "decided": _said_decided, "money": _said_money,
        "protection": _said_protection, "import": _said_import, "assigned": _said_assigned,
        "festival": _said_festival, "plan": _said_plan, "statement": _said_statement,
        "claim": _said_claim, "upgrade": _said_upgrade, "enquiry": _said_enquiry,
        "dispute": _said_dispute, "answered": _said_answered, "close": _said_close,
        "settling": _said_settling, "settled": _said_settled,
    }[notice.kind](told)  # fmt: skip


def _said_asked(told: dict[str, Any]) -> str:
    return _("%(who)s 申请：%(customer)s %(discount)s，%(net_text)s，“%(why)s”") % told


def _said_decided(told: dict[str, Any]) -> str:
    if told["agreed"]:
        return _("已同意：%(customer)s %(discount)s，%(net_text)s，可以下单") % told
    return _("已驳回：%(customer)s %(discount)s，%(net_text)s") % told


def _said_money(told: dict[str, Any]) -> str:
    if told.get("urged"):
        return _("催收：%(customer)s %(number)s 未收 %(owed_text)s，%(day)s 到期") % told
    if told["late"]:
        return _("%(customer)s %(number)s 逾期，%(day)s 到期，未收 %(owed_text)s") % told
    return _("%(customer)s %(number)s %(day)s 到期，未收 %(owed_text)s") % told


def _said_protection(told: dict[str, Any]) -> str:
    if told.get("number"):
        return _("报备 %(number)s %(customer)s 的保护期到 %(day)s") % told
    return _("%(customer)s 的归属保护到 %(day)s，记一次联系就续上") % told


def _said_import(told: dict[str, Any]) -> str:
    if told["state"] == "failed":
        return _("导入没有完成：%(file)s") % told
    if told["state"] == "ready":
        return _("导入已核对，等你确认：%(file)s，%(wrong)s 行有误") % told
    return _("导入完成：%(file)s，%(wrong)s 行有误") % told


def _said_assigned(told: dict[str, Any]) -> str:
    if told["before"]:
        return _("%(customer)s 由 %(before)s 移交给你") % told
    return _("%(customer)s 分给你") % told


def _said_festival(told: dict[str, Any]) -> str:
    if told.get("customer"):
        return _("%(customer)s %(name)s，最晚 %(day)s 下单") % told
    return _("%(name)s最晚 %(day)s 下单，看看谁去年买过") % told


def _said_plan(told: dict[str, Any]) -> str:
    if told.get("again") and told.get("offered"):
        return _("再提醒：请签认 %(title)s，%(month)s 起生效，已交付 %(again)s 天") % told
    if told.get("again"):
        return _("再提醒：请签认 %(title)s，%(month)s 起生效，已发布 %(again)s 天") % told
    return _("请签认：%(title)s，%(month)s 起生效") % told


def _said_statement(told: dict[str, Any]) -> str:
    if told.get("again"):
        return _("再提醒：请确认 %(month)s 提成单，应发 %(total_text)s，已锁定 %(again)s 天") % told
    return _("请确认 %(month)s 提成单，应发 %(total_text)s") % told


def _said_claim(told: dict[str, Any]) -> str:
    if told["state"] == "asked":
        return _("%(name)s 请款 %(number)s，%(amount_text)s，等你办理") % told
    if told["state"] == "withdrawn":
        return _("%(name)s 撤回了请款 %(number)s，%(amount_text)s") % told
    if told["state"] == "received":
        return _("请款 %(number)s 的发票已收，等付款，%(amount_text)s") % told
    if told["state"] == "paid":
        return _("请款 %(number)s 已付，到账 %(net_text)s") % told
    return _("请款 %(number)s 退回：%(answer)s") % told


def _said_upgrade(told: dict[str, Any]) -> str:
    if told.get("service"):
        return _("%(who)s 给 %(customer)s 增加特色服务“%(service)s”，等你批") % told
    if told["tier"] == "key":
        return _("%(who)s 申报 %(customer)s 升为大客户：“%(why)s”") % told
    return _("%(who)s 申报 %(customer)s 降为普通客户：“%(why)s”") % told


def _said_enquiry(told: dict[str, Any]) -> str:
    return _("%(asker)s 询问，等你答复：“%(text)s”") % told


def _said_dispute(told: dict[str, Any]) -> str:
    if told["late"]:
        return _("异议 %(number)s 已过期限 %(day)s：%(who)s“%(line)s”") % told
    if told["due"]:
        return _("异议 %(number)s %(day)s 到期：%(who)s“%(line)s”") % told
    return _("%(who)s 对“%(line)s”有异议，%(number)s，%(day)s 前答复") % told


def _said_answered(told: dict[str, Any]) -> str:
    if told["state"] == "adjusted":
        return _("异议 %(number)s 已更正：“%(line)s”") % told
    return _("异议 %(number)s 已解释：“%(answer)s”") % told


def _said_settling(told: dict[str, Any]) -> str:
    if told["way"] == "off":
        return _("%(by)s 申请核销 %(who)s 欠的 %(amount_text)s，等你批：“%(why)s”") % told
    return _("%(by)s 申请入账 %(who)s 转回的 %(amount_text)s，等你批：“%(why)s”") % told


def _said_settled(told: dict[str, Any]) -> str:
    if told["state"] == "refused":
        return _("%(who)s 的欠款清账已驳回，%(amount_text)s：“%(answer)s”") % told
    return _("%(who)s 的欠款清账已批准并入账，%(amount_text)s") % told


def _said_close(told: dict[str, Any]) -> str:
    told["step_text"] = STEPS[told["step"]]
    if told["department"]:
        return _("%(month)s 结账轮到你：%(department)s，%(step_text)s") % told
    return _("%(month)s 结账轮到你：%(step_text)s") % told
