"""Messages to addresses outside: https only, never into a private network, within a time, signed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from assay.errors import UserError

PATIENCE = 5.0  # seconds for each step: to connect, to answer
MOST = 64_000  # bytes of an answer that are read


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str


def check(url: str, allowed: Collection[str] = ()) -> tuple[str, int, str]:
    """The host, port and path of an address that may be sent to; UserError where it may not.

    `allowed`: hosts of one's own that may be private and without https.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise UserError(_("地址里的端口不对")) from None
    host = parts.hostname or ""
    free = host in allowed
    if not host or parts.scheme not in ("https", *(("http",) if free else ())):
        raise UserError(_("地址要以 https:// 开头"))
    if parts.username or parts.password:
        raise UserError(_("地址里不能带用户名和密码"))
    if not free and port not in (None, 443):
        raise UserError(_("地址只能用 443 端口"))
    number = _literal(host)
    if not free and number is not None and not number.is_global:
        raise UserError(_("这个地址在内网，不能发：请管理员放行"))
    path = parts.path or "/"
    return (
        host,
        port or (443 if parts.scheme == "https" else 80),
        f"{path}?{parts.query}" if parts.query else path,
    )


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def resolve(host: str, port: int, private: bool) -> str:
    """One number of a host, once all of its numbers are public (or `private` is allowed).

    The connection is made to this very number, so that a name that answers otherwise a moment
    later leads nowhere else.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UserError(_("找不到 %(host)s") % {"host": host}) from None
    numbers = [str(item[4][0]) for item in found]
    for number in numbers:
        one = ipaddress.ip_address(number.partition("%")[0])
        inner = getattr(one, "ipv4_mapped", None) or getattr(one, "sixtofour", None) or one
        if not private and not (one.is_global and inner.is_global and not one.is_multicast):
            raise UserError(_("%(host)s 指向内网，不发") % {"host": host})
    return numbers[0]


class _Pinned(http.client.HTTPSConnection):
    """https to a number that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, number: str) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        self.number = number

    def connect(self) -> None:
        """To the number, with the certificate of the name."""
        plain = socket.create_connection((self.number, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def post(
    url: str, body: dict[str, Any], headers: dict[str, str], allowed: Collection[str] = ()
) -> Answer:
    """Send JSON; redirects are not followed. UserError where it may not or cannot be sent."""
    host, port, path = check(url, allowed)
    number = resolve(host, port, host in allowed)
    connection: http.client.HTTPConnection
    if url.startswith("https:"):
        connection = _Pinned(host, port, number)
    else:
        connection = http.client.HTTPConnection(number, port, timeout=PATIENCE)
    text = json.dumps(body, ensure_ascii=False).encode()
    sent = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Assay",
        "Host": urlsplit(url).netloc,
    }
    try:
        connection.request("POST", path, text, {**sent, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(MOST).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        raise UserError(
            _("%(host)s 没有收下：%(why)s") % {"host": host, "why": type(error).__name__}
        ) from None
    finally:
        connection.close()


def signature(secret: str, text: str) -> bytes:
    """HMAC-SHA256 of a text under a secret."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
