"""Robots that notices go out by: signed, tried again, their secrets kept, no address inside reached."""

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
from django.utils import timezone

from assay.desk import sending
from assay.desk.models import Delivery, Subscription
from assay.errors import UserError
from assay.furniture import outgoing
from assay.furniture.models import Job
from assay.furniture.seal import seal
from tests import factories
from tests.desk.telling import asked, settings_of, told, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent_out")]


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


@pytest.mark.either_database
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


@pytest.mark.either_database
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
@pytest.mark.either_database
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
@pytest.mark.either_database
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
@pytest.mark.either_database
def test_a_public_name_that_points_inside_is_not_sent_to(monkeypatch, number):
    family = 10 if ":" in number else 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(family, 1, 6, "", (number, 443))])
    with pytest.raises(UserError, match="指向内网"):
        outgoing.post("https://robot.example.com/x", {}, {})


@pytest.mark.either_database
def test_a_redirect_is_not_followed(boss, seller, robot):
    row = Subscription(user=factories.login("manager", boss), robot="wecom")
    row.robot_url = seal(robot.url)
    robot.answers = [(302, {})]
    with pytest.raises(UserError, match="302"):
        sending.send_robot(row, "assay-1", ["x"])
    assert len(robot.got) == 1
