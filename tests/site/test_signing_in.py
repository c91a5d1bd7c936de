"""Signing in: password, lock-out, codes, those who have no role today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from assay.people import actions
from assay.site import settings as the_sites_own
from tests import factories

pytestmark = pytest.mark.django_db


def sign_in(browser, user, password=factories.PASSWORD, **more):
    return browser.post("/sign-in/", {"username": user.username, "password": password, **more})


def test_a_right_password_lets_in_and_a_wrong_one_says_so():
    user, browser = factories.login("hr"), Client()
    wrong = sign_in(browser, user, "not this one")
    assert wrong.status_code == 422
    assert "登录名或密码不对" in wrong.content.decode()
    right = sign_in(browser, user, next="/people/employees/")
    assert right["Location"] == "/people/employees/"
    assert browser.get("/people/employees/").status_code == 200


def test_passwords_are_kept_as_argon2_by_the_sites_own_settings(settings):
    settings.PASSWORD_HASHERS = the_sites_own.PASSWORD_HASHERS
    assert settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    user = factories.login("hr")
    assert user.password.startswith("argon2$argon2id$")
    assert factories.PASSWORD not in user.password
    assert sign_in(Client(), user, "not this one").status_code == 422
    assert sign_in(Client(), user).status_code == 302


def test_nobody_is_led_away_after_signing_in():
    answer = sign_in(Client(), factories.login("hr"), next="https://elsewhere.example/")
    assert answer["Location"] == "/"


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one():
    user, browser = factories.login("hr"), Client()
    for _ in range(5):
        answer = sign_in(browser, user, "wrong")
    assert answer.status_code == 429
    locked = sign_in(browser, user)
    assert locked.status_code == 429
    assert "暂时锁住" in locked.content.decode()


def test_codes_are_asked_for_once_set_up():
    user, browser = factories.login("finance"), Client()
    sign_in(browser, user)
    page = browser.get("/me/codes/").content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=user)
    assert browser.post("/me/codes/", {"code": _code(device)})["Location"] == "/me/"
    browser.post("/sign-out/")
    sign_in(browser, user)
    assert browser.get("/")["Location"] == "/sign-in/code/"
    device.refresh_from_db()
    wrong = f"{(int(_code(device)) + 1) % 1_000_000:06d}"
    assert browser.post("/sign-in/code/", {"code": wrong}).status_code == 422
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0)
    device.refresh_from_db()
    assert browser.post("/sign-in/code/", {"code": _code(device)})["Location"] == "/"
    assert browser.get("/").status_code == 200


def _code(device):
    return f"{totp(device.bin_key):06d}"


def test_the_demo_password_is_refused_by_a_real_server(settings):
    user, browser = factories.login("hr"), Client()
    user.set_password(settings.DEMO_PASSWORD)
    user.save()
    assert "演示密码" in sign_in(browser, user, settings.DEMO_PASSWORD).content.decode()
    settings.DEMO = True
    assert sign_in(browser, user, settings.DEMO_PASSWORD).status_code == 302


def test_somebody_who_has_left_is_shut_out_from_the_next_day_on():
    person = factories.employee("salesperson")
    browser = factories.signed_in(who=person)
    today = timezone.localdate()
    assert browser.get("/").status_code == 200
    actions.end_employment(person, last=today)
    assert browser.get("/").status_code == 200
    person.stop = today
    person.save()
    answer = browser.get("/")
    assert answer.status_code == 403
    assert "今天没有角色" in answer.content.decode()


def test_somebody_who_has_not_begun_cannot_sign_in():
    later = timezone.localdate() + timedelta(30)
    user = factories.login(who=factories.employee(start=later))
    answer = sign_in(Client(), user)
    assert answer.status_code == 422
    assert "今天没有角色" in answer.content.decode()


def test_a_new_password_is_long_and_asked_for_where_it_was_set_by_another():
    user = factories.login("clerk", renew=True)
    browser = Client()
    sign_in(browser, user)
    assert browser.get("/")["Location"] == "/me/password/"
    said = {"old": factories.PASSWORD, "new": "123456", "again": "123456"}
    assert browser.post("/me/password/", said).status_code == 422
    said |= {"new": "a quite other phrase", "again": "a quite other phrase"}
    assert browser.post("/me/password/", said)["Location"] == "/me/"
    assert browser.get("/").status_code == 200


def test_every_answer_carries_the_content_policy_and_no_page_has_inline_script():
    for url in ("/sign-in/", "/healthz", "/no-such-page/", "/static/look.css"):
        answer = Client().get(url)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        answer.close()
    page = Client().get("/sign-in/").content.decode()
    assert "<script>" not in page
    assert "style=" not in page
    assert "onclick" not in page


def test_a_form_without_its_token_is_refused_in_words():
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/sign-in/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_pages_are_not_kept_by_the_browser_and_missing_ones_say_so():
    browser = factories.signed_in("hr")
    assert "no-store" in browser.get("/people/employees/")["Cache-Control"]
    missing = browser.get("/people/employees/999999/")
    assert missing.status_code == 404
    assert "找不到这一页" in missing.content.decode()
    nowhere = browser.get("/nowhere/").content.decode()
    assert "找不到这一页" in nowhere
    assert "/people/employees/" in nowhere  # the way on for who has signed in
    assert "/people/employees/" not in Client().get("/nowhere/").content.decode()


def test_codes_are_put_off_with_the_password_alone():
    user, browser = factories.login("finance"), Client()
    sign_in(browser, user)
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    assert (
        "密码不对"
        in browser.post("/me/codes/off/", {"password": "x"}, follow=True).content.decode()
    )
    assert TOTPDevice.objects.filter(user=user).exists()
    said = {"password": factories.PASSWORD}
    assert "两步验证已关闭" in browser.post("/me/codes/off/", said, follow=True).content.decode()
    browser.post("/sign-out/")
    assert sign_in(browser, user)["Location"] == "/"
    assert browser.get("/").status_code == 200
