"""Files people bring: size and kind checked by what is in them, kept under names of our own."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.reader import series

MAX_BYTES = 10_000_000
# ending -> (content type, how such a file begins)
KINDS: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
}
_INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


@dataclass(frozen=True)
class KeptFile:
    """Where a file lies below the folder of files, and what it is."""

    name: str
    path: str
    content_type: str
    size: int
    digest: str


def keep_file(room: str, file: UploadedFile[Any]) -> KeptFile:
    """Check a file and write it below MEDIA_ROOT under a random name; UserError says what is wrong."""
    name = clean_name(file.name or "")
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in KINDS:
        raise UserError(_("只收这些文件：%(kinds)s") % {"kinds": series(KINDS)})
    if (file.size or 0) > MAX_BYTES:
        raise UserError(_("文件超过 10 MB"))
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UserError(_("文件超过 10 MB"))
    if not body:
        raise UserError(_("文件是空的"))
    content_type, head = KINDS[ending]
    if not body.startswith(head) or not _is_what_it_says(ending, body):
        raise UserError(_("文件内容不是 %(ending)s；另存一份再传") % {"ending": ending})
    path = f"{room}/{secrets.token_hex(2)}/{secrets.token_urlsafe(24)}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.write_bytes(body)
    target.chmod(0o600)
    return KeptFile(name, path, content_type, len(body), hashlib.sha256(body).hexdigest())


def read_file(path: str, digest: str) -> bytes:
    """A kept file; UserError where it is no longer there or no longer the same."""
    target = (Path(settings.MEDIA_ROOT) / path).resolve()
    if not target.is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise UserError(_("文件不见了，请管理员从备份里找"))
    try:
        body = target.read_bytes()
    except OSError:
        raise UserError(_("文件不见了，请管理员从备份里找")) from None
    if hashlib.sha256(body).hexdigest() != digest:
        raise UserError(_("文件内容与上传时不同，请管理员从备份里找"))
    return body


def clean_name(name: str) -> str:
    """A name without folders, control and direction signs, at most 150 long with its ending."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf")).strip()
    if len(plain) <= 150:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 149 - len(ending)]}{dot}{ending}" if dot else plain[:150]


def _is_what_it_says(ending: str, body: bytes) -> bool:
    """A workbook or a document is a zip that holds its main part, and no macros."""
    if ending not in _INSIDE:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
    except zipfile.BadZipFile:
        return False
    return _INSIDE[ending] in names and not any("vbaProject" in name for name in names)
