"""Notices: what is told to whom, once; by e-mail and by robots, signed, tried again, never lost or doubled."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from base64 import b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from assay.customers import actions as customers
from assay.desk import sending
from assay.desk.actions import notices as actions
from assay.desk.models import Delivery, Notice, Part, Subscription
from assay.desk.queries.notices import said
from assay.errors import UserError
from assay.furniture import jobs, outgoing
from assay.furniture.models import Job
from assay.furniture.seal import seal
from assay.people.models import User
from assay.sales.actions import approvals, money
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(settings):
    settings.EMAIL_READY = True
    settings.SITE_URL = "https://chengse.example"


@pytest.fixture
def team():
    return factories.department()


@pytest.fixture
def boss(team):
    return factories.employee("manager", team)


@pytest.fixture
def seller(team):
    return factories.employee("salesperson", team)


def told(browser, url) -> str:
    return " ".join(browser.get(url).content.decode().split())


def asked(seller, ratio="0.7"):
    return approvals.ask(factories.order(seller, ratio=ratio), by=seller, why="竞品报 6.9折")


def work(now=None) -> None:
    """What a worker does, until nothing is left that is due."""
    actions.collect(now)
    actions.digest(now)
    actions.mend()
    while (job := jobs.claim()) is not None:
        jobs.run(job)


def settings_of(browser, **said):
    """The settings page filled in and saved; what is not said stands as it is."""
    given = {"email": "", "robot": "", "hour": "8", **said}
    answer = browser.post("/notices/settings/", given)
    assert answer.status_code == 302, answer.content.decode()


class Robot:
    """A receiver on this machine: keeps what comes, answers as it is told."""

    def __init__(self, *answers):
        self.got: list[tuple[str, dict[str, str], str]] = []
        self.answers = list(answers)
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                robot.got.append((self.path, dict(self.headers), body))
                status, said = robot.answers.pop(0) if robot.answers else (200, {"errcode": 0})
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send?access_token=x"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def robot(settings):
    settings.ROBOT_HOSTS = ["127.0.0.1"]
    made = Robot()
    yield made
    made.close()


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


# -- robots


def test_dingtalk_signs_in_the_address(boss, seller, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="dingtalk", robot_url=robot.url, robot_secret="SEC1")
    asked(seller)
    work()
    path, headers, body = robot.got[0]
    query = parse_qs(urlsplit(path).query)
    stamp = query["timestamp"][0]
    told_sign = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert query["sign"][0] == b64encode(told_sign).decode()
    assert abs(int(stamp) / 1000 - timezone.now().timestamp()) < 60
    assert "申请：" in json.loads(body)["text"]["content"]
    assert headers["X-Assay-Id"].startswith("assay-")


def test_feishu_signs_in_the_body_and_its_own_robot_in_the_head(boss, seller, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="feishu", robot_url=robot.url, robot_secret="S")
    asked(seller)
    work()
    body = json.loads(robot.got[0][2])
    sign = hmac.new(f"{body['timestamp']}\nS".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == b64encode(sign).decode()
    settings_of(browser, robot="plain", robot_url=robot.url, robot_secret="S")
    asked(seller)
    work()
    _path, headers, text = robot.got[1]
    wanted = hmac.new(b"S", f"{headers['X-Assay-Timestamp']}.{text}".encode(), hashlib.sha256)
    assert headers["X-Assay-Signature"] == f"sha256={wanted.hexdigest()}"


def test_a_robot_that_does_not_take_it_is_tried_again_and_then_given_up(boss, seller, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="wecom", robot_url=robot.url)
    robot.answers = [(500, {}), (200, {"errcode": 45009, "errmsg": "too often"})]
    asked(seller)
    work()
    row = Delivery.objects.get()
    assert (row.state, row.tries) == ("waiting", 1)
    job = Job.objects.get(pk=row.job or 0)
    assert job.state == "waiting"
    assert job.due > timezone.now() + timedelta(seconds=30)
    for tries in (2, 3):
        Job.objects.update(due=timezone.now())
        work()
        row.refresh_from_db()
        assert row.tries == tries
    assert row.state == "sent"
    assert len(robot.got) == 3
    assert len({headers["X-Assay-Id"] for _p, headers, _b in robot.got}) == 1
    robot.answers = [(500, {})] * 20
    asked(seller)
    work()
    for _n in range(12):
        Job.objects.filter(state="waiting").update(due=timezone.now())
        work()
    last = Delivery.objects.order_by("-pk")[0]
    assert (last.state, last.tries) == ("failed", 8)
    assert "机器人答复 500" in told(browser, "/notices/settings/")


def test_the_settings_are_tried_by_a_message(boss, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="wecom", robot_url=robot.url)
    browser.post("/notices/test/", {"way": "robot"})
    work()
    assert "试发" in robot.got[0][2]
    page = browser.post("/notices/test/", {"way": "email"}, follow=True).content.decode()
    assert "先填好邮件再试发" in page


def test_the_address_and_the_secret_are_never_shown_whole(boss, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="dingtalk", robot_url=robot.url, robot_secret="SEC-very-secret-9")
    page = told(browser, "/notices/settings/")
    assert robot.url not in page
    assert "SEC-very-secret-9" not in page
    row = Subscription.objects.get()
    assert row.robot_url.open() == robot.url
    settings_of(browser, robot="dingtalk")
    row.refresh_from_db()
    assert row.robot_url.open() == robot.url, "an empty field leaves what stands"
    assert row.robot_secret.open() == "SEC-very-secret-9"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"robot": "plain", "robot_url": "https://robot.example.com/x"}, "自建的要填密钥"),
        ({"robot": "wecom", "robot_url": "https://robot.example.com/x", "robot_secret": "S"},
         "企业微信的机器人没有加签"),
        ({"robot": "dingtalk"}, "填机器人地址"),
        ({"robot": "", "robot_url": "https://robot.example.com/x"}, "选是哪一种机器人"),
    ],
)  # fmt: skip
def test_a_robot_that_lacks_something_or_would_drop_a_secret_is_not_saved(boss, given, wrong):
    browser = factories.signed_in("manager", boss)
    answer = browser.post("/notices/settings/", {"email": "", "hour": "8", **given})
    assert answer.status_code == 422
    assert wrong in answer.content.decode()
    assert not Subscription.objects.exists()


def test_another_kind_of_robot_does_not_keep_the_address_of_the_one_before(boss, robot):
    browser = factories.signed_in("manager", boss)
    settings_of(browser, robot="dingtalk", robot_url=robot.url, robot_secret="S")
    said_of = {"email": "", "hour": "8", "robot": "feishu"}
    answer = browser.post("/notices/settings/", said_of)
    assert "换了一种机器人" in answer.content.decode()
    settings_of(browser, robot="feishu", robot_url=robot.url)
    assert Subscription.objects.get().robot_secret is None


def test_without_a_secret_nothing_goes_to_a_robot_of_one_s_own(boss, robot):
    row = Subscription(user=factories.login("manager", boss), robot="plain")
    row.robot_url = seal(robot.url)
    with pytest.raises(UserError, match="没有密钥"):
        sending.send_robot(row, "assay-1", ["x"])
    assert not robot.got


# -- addresses that may not be sent to


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot", "https://127.0.0.1/x", "https://10.0.0.8/x",
        "https://169.254.169.254/latest", "https://[::1]/x", "https://[fd00::1]/x",
        "https://u:p@example.com/x", "https://example.com:8443/x", "ftp://example.com/x",
        "https:///x", "https://example.com:99999/x", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_only_public_https_addresses_are_taken(boss, url):
    browser = factories.signed_in("manager", boss)
    answer = browser.post(
        "/notices/settings/", {"email": "", "robot": "wecom", "robot_url": url, "hour": "8"}
    )
    assert answer.status_code == 422
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.1.1", "::1", "::ffff:10.0.0.1"]
)
def test_a_public_name_that_points_inside_is_not_sent_to(monkeypatch, number):
    family = 10 if ":" in number else 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(family, 1, 6, "", (number, 443))])
    with pytest.raises(UserError, match="指向内网"):
        outgoing.post("https://robot.example.com/x", {}, {})


def test_a_redirect_is_not_followed(boss, seller, robot):
    row = Subscription(user=factories.login("manager", boss), robot="wecom")
    row.robot_url = seal(robot.url)
    robot.answers = [(302, {})]
    with pytest.raises(UserError, match="302"):
        sending.send_robot(row, "assay-1", ["x"])
    assert len(robot.got) == 1


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
