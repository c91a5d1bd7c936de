"""Numbers that carry a check: identity numbers (GB 11643), credit codes (GB 32100), phones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_id_number(text: str) -> bool:
    """18 signs, a day of birth there is, and the right check sign."""
    plain = text.strip().upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", plain):
        return False
    try:
        date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return False
    total = sum(int(sign) * weight for sign, weight in zip(plain[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == plain[17]


def is_credit_code(text: str) -> bool:
    """18 signs and the right check sign."""
    plain = text.strip().upper()
    if len(plain) != 18 or any(sign not in _CODE_SIGNS for sign in plain):
        return False
    total = sum(_CODE_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(plain[:17]))
    return _CODE_SIGNS[(31 - total % 31) % 31] == plain[17]


def phone_key(text: str) -> str:
    """A number without spaces, hyphens, brackets and a leading +86."""
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+86|0086)(?=1[3-9]\d{9}$)", "", plain)


def is_phone(text: str) -> bool:
    """A mobile or a landline number in China, or one abroad with its +."""
    plain = re.sub(r"[\s-]", "", text)
    return bool(re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|\+[0-9]{6,15}|400[0-9]{7}", plain))


def check_id_number(text: str) -> None:
    """For forms and imports."""
    if not is_id_number(text):
        raise ValidationError(_("身份证号不对：18 位，最后一位是校验码"), code="id_number")


def check_credit_code(text: str) -> None:
    """For forms and imports."""
    if not is_credit_code(text):
        raise ValidationError(
            _("统一社会信用代码不对：18 位，最后一位是校验码"), code="credit_code"
        )


def check_phone(text: str) -> None:
    """For forms and imports."""
    if not is_phone(text):
        raise ValidationError(_("电话号码不对"), code="phone")
