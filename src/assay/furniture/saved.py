"""How somebody wants a list: filters saved under a name, and which columns he wants."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.furniture.models import SavedView

MOST = 20  # of one list and person
PASSING = frozenset({"after", "before", "export", "pick", "csrfmiddlewaretoken"})


def _whose() -> int:
    """The login of who acts."""
    return actor()[0] or 0


def views_of(page: str) -> list[SavedView]:
    """What the person signed in has saved of a list, by name; the choice of columns comes first."""
    return list(SavedView.objects.filter(user_id=_whose(), page=page).order_by("name"))


def settled(query: QueryDict | str) -> str:
    """An address without what passes: the place in the list, what is ticked."""
    text = query if isinstance(query, str) else query.urlencode()
    kept = [(name, value) for name, value in parse_qsl(text) if name not in PASSING]
    return urlencode(kept)


def save_view(page: str, name: str, query: str) -> SavedView:
    """Save the filters of a list under a name, or change what stands under it."""
    title, wanted = name.strip(), settled(query)
    if not title:
        raise UserError(_("给这组筛选起个名字"))
    if len(title) > 40 or len(wanted) > 1000:
        raise UserError(_("名字最多 40 个字"))
    mine = SavedView.objects.filter(user_id=_whose(), page=page)
    if mine.exclude(name__in=("", title)).count() >= MOST:
        raise UserError(_("一个列表最多保存 %(most)s 组筛选，先删掉一组") % {"most": MOST})
    return _put(page, title, wanted)


def choose_columns(page: str, keys: Sequence[str]) -> None:
    """Which columns of a list the person wants from now on; none chosen brings back the usual ones."""
    if keys:
        _put(page, "", urlencode({"cols": ",".join(keys)})[:1000])
    else:
        SavedView.objects.filter(user_id=_whose(), page=page, name="").delete()


def _put(page: str, name: str, query: str) -> SavedView:
    made, _new = SavedView.objects.update_or_create(
        user_id=_whose(), page=page, name=name, defaults={"query": query}
    )
    return made


def drop_view(pk: int) -> bool:
    """Forget one of one's own; False where there is none."""
    count, _kinds = SavedView.objects.filter(user_id=_whose(), pk=pk).exclude(name="").delete()
    return bool(count)
