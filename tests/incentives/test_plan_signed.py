"""Beside a decision stands a login only where it was made on the page; of one from the file the page says so."""

from __future__ import annotations

import pytest

from assay.incentives.models import PlanVersion
from tests.incentives.drafts import TEXT, drafted, post, upload, worked
from tests.incentives.reading import only

pytestmark = pytest.mark.django_db
FILE = "写在文件里，没有经过登录"


def told(browser, row, name):
    html = browser.get(f"/pay/plans/{row.pk}/").content.decode()
    return only(f'id="q-{name}"(.*?)</h3>', html)


def test_a_decision_that_came_with_the_file_is_told_from_one_made_on_the_page(shop):
    signed = "read: one, decided_by: 陆文渊, decided_on: 2026-11-20}"
    row = drafted(shop, TEXT.replace("read: one}", signed, 1))
    for browser in (shop.head, shop.office):
        assert f'已定 · 陆文渊 <span class="nums">2026-11-20</span> · {FILE}' in told(
            browser, row, "top"
        )
    post(shop.head, row, "decide", question="tiny", reading="half", by="陆文渊", on="2026-11-20")
    page = told(shop.head, row, "tiny")
    assert "陆文渊 (" in page, "the login stands beside the name"
    assert FILE not in page
    post(shop.head, row, "decide", question="top", reading="one", by="陆文渊", on="2026-11-21")
    assert FILE not in told(shop.head, row, "top"), "decided again, on the page"
    # A copy keeps who decided on the page; a text that comes back as a file does not.
    shop.head.post(f"/pay/plans/{row.pk}/copy/")
    copy = PlanVersion.objects.latest("pk")
    assert copy.pk != row.pk
    assert FILE not in told(shop.head, copy, "top")
    row.refresh_from_db()
    again = drafted_anew(shop, row.text)
    assert FILE in told(shop.head, again, "top")
    assert FILE in told(shop.head, again, "tiny")


def test_an_accepted_finding_says_so_too(shop):
    row = drafted(shop)
    worked(shop.head, row, "assay")
    at = f"/pay/plans/{row.pk}/"
    number = only(r'name="number" value="(\d+)"', shop.head.get(at).content.decode())
    post(shop.head, row, "accept", number=number, by="顾明远", on="2026-11-20", why="满万即提")
    row.refresh_from_db()
    assert FILE not in shop.head.get(at).content.decode()
    again = drafted_anew(shop, row.text)
    page = shop.head.get(f"/pay/plans/{again.pk}/").content.decode()
    assert f"2026-11-20 · {FILE}：满万即提" in page


def drafted_anew(shop, text):
    before = set(PlanVersion.objects.values_list("pk", flat=True))
    upload(shop.head, text)
    return PlanVersion.objects.exclude(pk__in=before).get()


def test_of_a_decision_from_before_logins_were_noted_nobody_says_that_it_had_none(shop):
    signed = "read: one, decided_by: 陆文渊, decided_on: 2026-11-20}"
    row = drafted(shop, TEXT.replace("read: one}", signed, 1))
    row.logins = None
    row.save()
    assert FILE not in told(shop.head, row, "top")
    shop.head.post(f"/pay/plans/{row.pk}/copy/")
    copy = PlanVersion.objects.latest("pk")
    assert copy.pk != row.pk
    assert FILE not in told(shop.head, copy, "top"), "a copy knows no more than what it was made of"
    post(shop.head, row, "decide", question="tiny", reading="half", by="陆文渊", on="2026-11-20")
    assert "陆文渊 (" in told(shop.head, row, "tiny")
    assert FILE not in told(shop.head, row, "top"), "nor does the draft when another is decided"
