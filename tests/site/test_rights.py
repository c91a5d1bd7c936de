"""Every address of the site for every role: opened by those it is for, refused to all others."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse

from assay.people.gate import Gate, guarded, needs
from tests import factories
from tests.site import samples
from tests.site.rights import ALL, RIGHTS

pytestmark = pytest.mark.django_db
LEAVES = {"sign_out"}  # and the browser would be nobody's from there on


def every_address(resolver=None, space=""):
    """(name with its namespace, pattern) of every address there is."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from every_address(pattern, inner)
        else:
            yield f"{space}{pattern.name}", pattern


@pytest.fixture
def bare(monkeypatch):
    """Refusals by their number alone: the pages that say them (tests/site/test_signing_in.py) are not
    laid out two thousand times, nor their tracebacks."""
    monkeypatch.setattr(
        URLResolver, "resolve_error_handler",
        lambda self, kind: lambda request, **told: HttpResponse(status=kind),
    )  # fmt: skip
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_every_address_is_written_down():
    names = [name for name, _pattern in every_address()]
    assert len(names) == len(set(names)), "two addresses of one name"
    assert set(names) == set(RIGHTS), "tests/site/rights.py and the addresses differ"


@pytest.mark.parametrize("role", [*ALL.split(), "nobody"])
def test_a_role_opens_what_is_his_and_nothing_else(role, house, bare):
    wrong = []
    browser = Client() if role == "nobody" else house.browser(role)
    for name, pattern in every_address():
        url = reverse(name, kwargs=samples.words(house, name, pattern, role))
        answer = browser.get(url)
        may = role in RIGHTS[name].split()
        if role == "nobody" and not may:
            right = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        elif may:
            another = (404,) if samples.of_another(house, name, role) else ()
            right = answer.status_code in (200, 302, 405, *another)
        else:
            right = answer.status_code == 403
        if not right:
            wrong.append(f"{url}: {answer.status_code}")
    assert not wrong


# An empty form says nothing, so nothing is done by it; what takes a press alone is undone again.
# 400: no reason for a reveal; 409: over a text of another version.
ANSWERED = (200, 302, 400, 404, 405, 409, 422)


@pytest.mark.parametrize("role", [*ALL.split(), "nobody"])
def test_a_role_sends_forms_to_what_is_his_and_to_nothing_else(role, house, bare):
    wrong = []
    browser = Client() if role == "nobody" else house.browser(role)
    for name, pattern in every_address():
        url = reverse(name, kwargs=samples.words(house, name, pattern, role))
        may = role in RIGHTS[name].split()
        if may and (name in LEAVES or role != RIGHTS[name].split()[0]):
            continue  # what is done by it is the same for all who may
        with transaction.atomic():
            answer = browser.post(url)
            transaction.set_rollback(True)
        if role == "nobody" and not may:
            right = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        else:
            right = answer.status_code in (ANSWERED if may else (403,))
        if not right:
            wrong.append(f"{url}: {answer.status_code}")
    assert not wrong


def test_a_view_without_a_right_keeps_the_site_from_starting():
    with pytest.raises(ImproperlyConfigured, match="declares no right"):
        guarded([path("x/", lambda request: HttpResponse(), name="x")])


def test_a_right_that_is_not_in_the_table_is_refused():
    with pytest.raises(ImproperlyConfigured, match=r"no right “people\.fly”"):
        needs("people.fly")


def test_an_undeclared_view_is_closed_even_if_it_is_reached(rf):
    request = rf.get("/")
    request.user = factories.login("admin")
    request.session, request.resolver_match = {}, None
    with pytest.raises(PermissionDenied):
        Gate(lambda r: HttpResponse()).process_view(request, lambda r: None, (), {})


# Numbers that no row can have: foreign digits, more than a database holds, a year 99999.
NINES = "9" * 25
STRANGE = ["²", "７", NINES, "99999", "2026-²", "99999-01"]
READ = {  # what pages read of their address as the number of a row, a year or a month
    "customers:customers": ["group", "owner"], "customers:hand_over": ["from", "customer"],
    "customers:targets": ["year"], "customers:festivals": ["year"], "customers:churn": ["year"],
    "sales:orders": ["month"], "sales:targets": ["plan"], "sales:new_order": ["customer"],
    "board": ["month"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "words"), READ.items(), ids=READ)
def test_pages_take_any_number_in_their_address(house, name, words):
    browser = house.browser("manager")
    for said in STRANGE:
        for word in words:
            status = browser.get(reverse(name), {word: said}).status_code
            assert status in (200, 302, 404), (word, said, status)


def test_no_row_has_a_number_beyond_any_database(house, bare):
    browser = house.browser("director")
    for name, pattern in every_address():
        if list(pattern.pattern.converters) == ["pk"]:
            status = browser.get(reverse(name, kwargs={"pk": NINES})).status_code
            assert status in (403, 404, 405), (name, status)
    address = reverse("history", kwargs={"kind": "shop", "pk": house.numbers["history"]})
    for said in STRANGE:
        assert browser.get(address, {"before": said}).status_code == 200


@pytest.mark.parametrize("said", ["²", "７", NINES])
def test_what_is_ticked_and_posted_may_be_no_number(house, said):
    month = reverse("incentives:confirm", args=[house.texts["month"], "manager"])
    draft = house.own["director"]["incentives:edit_plan"]
    plan = house.numbers["sales:save_plan"]
    for role, address, words in (
        ("manager", reverse("sales:decide_many"), {"pick": [said], "verb": "agree"}),
        ("manager", reverse("customers:recycle"), {"pick": said}),
        ("manager", reverse("customers:decide_nominations"), {"pick": said}),
        ("manager", reverse("customers:hand_over"), {"pick": f"{said}:{said}"}),
        ("manager", reverse("customers:hand_over"), {"pick": said, "begin": "1"}),
        ("salesperson", reverse("sales:price"), {"order": said}),
        ("salesperson", reverse("sales:ship_several"), {"pick": said}),
        ("salesperson", reverse("sales:cancel", args=[house.numbers["sales:"]]), {"version": said}),
        ("manager", month, {"department": said}),
        ("manager", reverse("sales:save_plan", args=[plan]), {f"t-{said}-{said}": "1"}),
        ("manager", reverse("sales:save_plan", args=[plan]), {f"t-24312-{said}": "1"}),
        ("director", reverse("incentives:mend_plan", args=[draft]), {"mend": f"{said}:0"}),
        ("director", reverse("incentives:change_plan", args=[draft]), {f"v{said}": "1"}),
    ):
        status = house.browser(role).post(address, words).status_code
        assert status in (200, 302, 404, 422), (address, words, status)
