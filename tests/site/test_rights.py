"""Every address of the site for every role: opened by those it is for, refused to all others."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse

from assay.people.gate import Gate, guarded, needs
from tests import factories
from tests.site import samples
from tests.site.rights import ALL, RIGHTS

pytestmark = pytest.mark.django_db


def every_address(resolver=None, space=""):
    """(name with its namespace, pattern) of every address there is."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from every_address(pattern, inner)
        else:
            yield f"{space}{pattern.name}", pattern


def test_every_address_is_written_down():
    names = [name for name, _pattern in every_address()]
    assert len(names) == len(set(names)), "two addresses of one name"
    assert set(names) == set(RIGHTS), "tests/site/rights.py and the addresses differ"


@pytest.mark.parametrize("role", [*ALL.split(), "nobody"])
def test_a_role_opens_what_is_his_and_nothing_else(role, house):
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
