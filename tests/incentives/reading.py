"""What stands in a page, read by tests."""

from __future__ import annotations

import io
import re
from html import unescape

from pypdf import PdfReader


def only(pattern: str, text: str) -> str:
    """What a pattern's group holds in a text; it must stand there."""
    found = re.search(pattern, text, re.S)
    assert found is not None, pattern
    return found[1]


def opened_orders(browser, html: str) -> str:
    """What a page's orders say once each of them is opened, as the page itself asks for it."""
    links = [unescape(link) for link in re.findall(r'hx-get="([^"]*[?&;]order=[^"]*)"', html)]
    assert links, "no order to open"
    told = [browser.get(link, headers={"HX-Request": "true"}) for link in links]
    assert {answer.status_code for answer in told} == {200}
    assert all("<html" not in answer.content.decode() for answer in told), "a piece, not a page"
    return "".join(answer.content.decode() for answer in told)


def read_pdf(body: bytes) -> str:
    """What a PDF says, without its spaces and line breaks."""
    pages = PdfReader(io.BytesIO(body)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
