"""HTTPS: by a certificate of one's own, and behind a proxy; cookies, HSTS, addresses."""

from __future__ import annotations

import re
import ssl
import subprocess
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cli.test_company import found
from tests.conftest import assay
from tests.serving import serving


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> Path:
    assert found(tmp_path / "data", monkeypatch, migrated=migrated_file) == 0
    return tmp_path / "data"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed one for 127.0.0.1."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    command = ["openssl", *words.split(), "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def cookies(answer: HTTPResponse) -> dict[str, str]:
    """Cookies of an answer, by name."""
    return {line.split("=", 1)[0]: line for line in answer.headers.get_all("Set-Cookie") or ()}


def test_a_certificate_of_one_s_own_serves_by_https(data: Path, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    words = ("serve", "--data", data, "--port", "8121", "--cert", cert, "--key", key)
    with serving(*words) as (address, _process):
        assert address == "https://127.0.0.1:8121"
        trusted = ssl.create_default_context(cafile=str(cert))
        asked = HTTPSConnection("127.0.0.1", 8121, timeout=20, context=trusted)
        asked.request("GET", "/sign-in/")
        answer = asked.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Secure" in cookies(answer)["csrftoken"]
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
        assert token is not None
        said = {
            "username": "admin",
            "password": "a long pass phrase",
            "csrfmiddlewaretoken": token[1],
        }
        head = {"Cookie": cookies(answer)["csrftoken"].split(";")[0], "Origin": address}
        head["Content-Type"] = "application/x-www-form-urlencoded"
        asked.request(
            "POST", "/sign-in/", urlencode(said), {**head, "Origin": "https://evil.example"}
        )
        refused = asked.getresponse()
        refused.read()
        assert refused.status == 403
        asked.request("POST", "/sign-in/", urlencode(said), head)
        answer = asked.getresponse()
        answer.read()
        assert answer.status == 302
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(
            cookies(answer)["sessionid"].split("; ")
        )
        # Nobody makes it believe that it was asked by plain HTTP or by another address.
        asked.request("GET", "/healthz", headers={"X-Forwarded-Proto": "http"})
        assert asked.getresponse().status == 200
        asked.close()
        plain = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            HTTPSConnection("127.0.0.1", 8121, timeout=20, context=plain).request("GET", "/")


def test_behind_a_proxy_the_page_is_secure_and_plain_questions_are_sent_to_https(
    data: Path,
) -> None:
    with serving("serve", "--data", data, "--port", "8122", "--behind-proxy"):
        asked = HTTPConnection("127.0.0.1", 8122, timeout=20)
        asked.request("GET", "/sign-in/")
        answer = asked.getresponse()
        answer.read()
        assert (answer.status, answer.headers["Location"]) == (
            301,
            "https://127.0.0.1:8122/sign-in/",
        )
        asked.request("GET", "/sign-in/", headers={"X-Forwarded-Proto": "https"})
        answer = asked.getresponse()
        answer.read()
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Secure" in cookies(answer)["csrftoken"]
        asked.request("GET", "/healthz")
        assert asked.getresponse().status == 200, "the watch on this machine needs no HTTPS"
        asked.close()


@pytest.mark.parametrize(
    "words",
    [("--cert", "c.pem"), ("--key", "k.pem"), ("--cert", "c", "--key", "k", "--behind-proxy")],
)
def test_half_a_certificate_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = assay("serve", "--data", tmp_path, *words)
    assert (done.status, "--cert and --key together" in done.err) == (2, True)
