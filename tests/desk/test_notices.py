"""Notices: what is told to whom, once, on the page and by e-mail, tried again, never lost or doubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from assay.customers import actions as customers
from assay.desk.actions import notices as actions
from assay.desk.models import Delivery, Notice, Part
from assay.desk.queries.notices import said
from assay.furniture import jobs
from assay.furniture.models import Job
from assay.people.models import User
from assay.sales.actions import approvals, money
from tests import factories
from tests.desk.telling import asked, settings_of, told, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent_out")]


# -- in the product


def test_an_approval_is_told_to_who_decides_and_its_result_to_who_asked(boss, seller):
    deciding = factories.signed_in("manager", boss)
    asking = factories.signed_in("salesperson", seller)
    request = asked(seller)
    work()
    assert 'class="bell"' in told(deciding, "/")
    assert '<b class="nums">1</b>' in told(deciding, "/")
    page = told(deciding, "/notices/")
    assert "申请：" in page
    assert "7折，7,000.00" in page
    approvals.agree(request.signs.get(), by=boss)
    work()
    assert '<b class="nums">1</b>' not in told(deciding, "/"), (
        "what was decided is not asked any more"
    )
    assert "已同意" in told(asking, "/notices/")
    notice = Notice.objects.get(kind="decided")
    answer = asking.post(f"/notices/{notice.pk}/")
    assert answer["Location"] == f"/sales/orders/{request.order_id}/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_money_protection_festivals_and_customers_handed_over_are_told_once(boss, seller):
    factories.login("salesperson", seller)
    today = timezone.localdate()
    row = factories.customer(seller, name="盛原汽车")
    row.protected_until = today + timedelta(3)
    row.save()
    order = factories.order(seller, placed=True, due_on=today - timedelta(1))
    customers.set_festival(None, name="春节", day=today + timedelta(30), lead=25)
    other = factories.employee("salesperson", seller.assignments.get().department)
    handed = factories.customer(other, name="滇池银行")
    customers.hand_over([(handed, handed.version)], to=seller, reason="调整", day=today)
    for _round in range(3):
        work()
    texts = [said(n) for n in Notice.objects.order_by("kind")]
    assert len(texts) == len(set(texts)) == 4
    assert any("滇池银行 由" in t for t in texts)
    assert any("逾期" in t and str(order) in t for t in texts)
    assert any(f"盛原汽车 的归属保护到 {today + timedelta(3)}" in t for t in texts)
    assert any(t.startswith("春节最晚") for t in texts)


def test_upgrades_services_enquiries_and_registrations_are_told_to_whom_they_wait_for(boss, seller):
    director = factories.employee("director", boss.assignments.get().department)
    for role, who in (("manager", boss), ("salesperson", seller), ("director", director)):
        factories.login(role, who)
    agent = factories.agent()
    factories.login("agent", agent)
    today = timezone.localdate()
    row, own = factories.customer(seller, name="盛原汽车"), factories.customer(boss)
    customers.nominate(row, by=seller, reason="集团统一采购")
    customers.nominate(own, by=boss, reason="升级")
    service = customers.add_service(row, by=seller, title="上门量尺", text="每季一次")
    enquiry = customers.take_enquiry(asker="杨慧敏", channel="phone", text="金条现价", customer=row)
    prospect = customers.register_prospect(
        agent, name="滇池银行", contact="李娜", day=today - timedelta(85)
    )
    assert told_now() == {
        (boss.pk, "upgrade", "盛原汽车"), (director.pk, "upgrade", own.called),
        (boss.pk, "upgrade", "上门量尺"), (seller.pk, "enquiry", "金条现价"),
        (None, "protection", prospect.number),
    }  # fmt: skip
    customers.decide_service(service, by=boss, agreed=True)
    customers.answer_enquiry(enquiry, answer="已报价")
    customers.withdraw_prospect(prospect)
    assert told_now() == {
        (boss.pk, "upgrade", "盛原汽车"), (director.pk, "upgrade", own.called),
    }  # fmt: skip


def told_now():
    """What is unread: whose it is, its kind, and the word of it that matters here."""
    work()
    rows = Notice.objects.filter(read_at=None).select_related("user")
    words = ("service", "text", "number", "customer")
    return {
        (n.user.employee_id, n.kind, next(n.data[w] for w in words if w in n.data)) for n in rows
    }  # fmt: skip


def test_a_large_import_that_ended_is_told_to_who_began_it():
    login = factories.login("hr")
    Job.objects.create(
        kind="import", state="ready", user_id=login.pk, who="h", ended=timezone.now(),
        given={"spec": "attendance", "name": "考勤.xlsx", "size": 900_000}, result={"failed": 2},
    )  # fmt: skip
    work()
    notice = Notice.objects.get()
    assert "考勤.xlsx，2 行有误" in said(notice)
    assert notice.url.startswith("/people/import/attendance/")


def test_nobody_opens_somebody_else_s_notice(boss, seller):
    factories.login("manager", boss)
    asked(seller)
    work()
    other = factories.signed_in("salesperson", seller)
    assert other.post(f"/notices/{Notice.objects.get().pk}/").status_code == 404


# -- by e-mail


def test_at_once_by_e_mail_and_only_once(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    for _round in range(3):
        work()
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    assert message.to == ["boss@example.com"]
    assert "1 条通知" in message.subject
    assert "https://chengse.example/sales/approvals/" in message.body
    assert message.extra_headers["Message-ID"].startswith("<assay-")
    assert Delivery.objects.get().state == "sent"


def test_once_a_day_at_the_hour_chosen_all_in_one(seller):
    browser = factories.signed_in("salesperson", seller)
    settings_of(browser, email="s@example.com", hour="9", **{"money-email": "daily"})
    today = timezone.localdate()
    for days in (1, 2, 3):
        factories.order(seller, placed=True, due_on=today - timedelta(days))
    at = timezone.localtime().replace(hour=8, minute=59)
    work(at)
    assert not mail.outbox
    work(at + timedelta(minutes=2))
    work(at + timedelta(hours=3))
    assert len(mail.outbox) == 1
    assert mail.outbox[0].body.count("逾期") == 3
    assert not Part.objects.filter(delivery=None).exists()


def test_what_comes_after_the_hour_waits_for_the_next_day(seller):
    browser = factories.signed_in("salesperson", seller)
    settings_of(browser, email="s@example.com", hour="8")
    factories.order(seller, placed=True, due_on=timezone.localdate())
    at = timezone.localtime().replace(hour=15)
    work(at)
    assert not mail.outbox
    work(at.replace(hour=7) + timedelta(days=1))
    assert not mail.outbox
    work(at.replace(hour=8) + timedelta(days=1))
    assert len(mail.outbox) == 1


def test_what_is_settled_before_the_hour_is_neither_unread_nor_sent(seller):
    browser = factories.signed_in("salesperson", seller)
    settings_of(browser, email="s@example.com", hour="8")
    today = timezone.localdate()
    order = factories.order(seller, placed=True, due_on=today - timedelta(1))
    held = factories.customer(seller)
    held.protected_until = today + timedelta(3)
    held.save()
    at = timezone.localtime().replace(hour=10)
    work(at - timedelta(days=1))
    assert '<b class="nums">2</b>' in told(browser, "/")
    receipt = money.record_receipt(day=today, amount=order.net_amount, payer="x")
    money.match(receipt, order=order, amount=order.net_amount)
    customers.log_visit(held, by=seller, kind="call", said="问了年会")
    work(at.replace(hour=9))
    assert "都读过了" in told(browser, "/notices/")
    assert not mail.outbox


def test_a_kind_is_switched_off_on_the_page_and_still_goes_out(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com", **{"asked-page": "never"})
    asked(seller)
    work()
    assert 'class="bell"' in told(browser, "/")
    assert '<b class="nums">1</b>' not in told(browser, "/")
    assert "还没有通知" in told(browser, "/notices/")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("role", "kinds", "others"),
    [
        ("salesperson", ["money", "answered"], ["asked", "close", "claim"]),
        ("clerk", ["enquiry", "statement"], ["money", "asked", "import"]),
        ("hr", ["close", "dispute", "import"], ["money", "festival", "claim"]),
        ("agent", ["protection", "claim", "answered"], ["asked", "festival", "enquiry"]),
        ("admin", [], ["asked", "plan"]),
    ],
)
def test_each_role_is_offered_what_it_can_be_told(role, kinds, others):
    page = told(factories.signed_in(role), "/notices/settings/")
    for kind in kinds:
        assert f'name="{kind}-page"' in page
        assert f'name="{kind}-robot"' in page
    for kind in others:
        assert f'name="{kind}-' not in page


def test_what_was_switched_off_does_not_go_out(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com", **{"asked-email": "never"})
    asked(seller)
    work()
    assert not mail.outbox
    assert Notice.objects.filter(kind="asked").exists(), "the page tells it all the same"


def test_what_was_read_meanwhile_is_not_sent_any_more(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    actions.collect()
    browser.post("/notices/read/")
    work()
    assert not mail.outbox
    assert Delivery.objects.get().state == "skipped"


def test_who_has_left_is_told_nothing(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    actions.collect()
    login = User.objects.get(employee=boss)
    login.is_active = False
    login.save()
    work()
    assert not mail.outbox


# -- killed


def test_killed_before_the_message_went_out_it_still_goes_once(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    actions.collect()
    claimed = jobs.claim()
    assert claimed is not None  # a worker takes it, marks it, and is killed
    Delivery.objects.update(state="sending", tries=1)
    assert jobs.claim() is None
    Job.objects.filter(pk=claimed.pk).update(state="failed")  # given up as abandoned
    work()
    work()
    assert len(mail.outbox) == 1


def test_killed_while_collecting_nothing_is_half_done(boss, seller, monkeypatch):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)

    def killed(made):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_send_out", killed)
        with pytest.raises(SystemExit):
            actions.collect()
    assert not Notice.objects.exists()
    work()
    assert len(mail.outbox) == 1


def test_two_workers_at_the_same_delivery_send_it_once(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    actions.collect()
    row = Delivery.objects.get()
    twin = Job.objects.create(kind="deliver", who="x", given={"delivery": row.pk})
    work()
    twin.refresh_from_db()
    assert twin.state == "done"
    assert len(mail.outbox) == 1


def test_the_worker_beside_the_server_does_it_all_by_itself(boss, seller):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, email="boss@example.com")
    asked(seller)
    passes = iter([True, True, True, False])
    jobs.work(lambda: next(passes), pause=0)
    assert len(mail.outbox) == 1


def test_a_round_asks_the_database_a_bounded_number_of_times(
    boss, seller, django_assert_max_num_queries
):
    factories.login("salesperson", seller)
    today = timezone.localdate()
    for _n in range(3):
        factories.order(seller, placed=True, due_on=today)
    work()
    for _n in range(6):
        factories.order(seller, placed=True, due_on=today)
    with django_assert_max_num_queries(34):
        actions.collect()
    with django_assert_max_num_queries(26):
        actions.collect()
