"""List pages: search, filters, columns, sorting, keyset pagination, batches, the same as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.furniture.batches import picked
from assay.furniture.cells import cells
from assay.furniture.exports import MAX_ROWS, workbook_response
from assay.furniture.finding import Way, narrow
from assay.furniture.keyset import FEW, address, few, led, sorted_by, window
from assay.furniture.models import SavedView
from assay.furniture.pinyin import sort_key
from assay.furniture.saved import settled, views_of
from assay.furniture.seen import note


@dataclass(frozen=True)
class Column:
    """A column. `value` gives what is shown; `sort` names what the rows are sorted by.

    That is a field of theirs or of what they point at, or is made by `by`, an expression. More than
    keyset.FEW rows are sorted only by what an index of the table leads.

    kind: text, money (分), count, ratio (折, %), day, note. link: the address of the row's page. On phones the
    first column and the main (or first) money or count column make the first line, the rest the second.
    under: a second line in the cell, as its name and its value; a workbook has it as a column of its own.
    export: False leaves it out of the workbook (or `exported` gives another value there). A spare
    one is shown to who chose it.
    """

    title: Any
    value: Callable[[Any], Any]
    kind: str = "text"
    sort: str = ""
    by: Any = None
    link: Callable[[Any], str] | None = None
    under: tuple[Any, Callable[[Any], Any]] | None = None
    exported: Callable[[Any], Any] | None = None
    export: bool = True
    spare: bool = False
    main: bool = False

    @cached_property
    def key(self) -> str:
        """By what an address names it: the sound of its title, whatever language it is read in."""
        with override("zh-hans"):
            return _sound(str(self.title))

    @property
    def figure(self) -> bool:
        """Whether it stands at the right."""
        return self.kind in ("money", "count", "ratio")


@cache
def _sound(title: str) -> str:
    return sort_key(title).replace(" ", "")


@dataclass(frozen=True)
class Filter:
    """A choice above the table: its word in the address, its options, how it narrows the rows."""

    name: str
    title: Any
    options: Callable[[], Sequence[tuple[str, Any]]]
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True)
class Action:
    """A button in the head of a page."""

    title: Any
    url: str
    main: bool = False


@dataclass(frozen=True)
class ListPage:
    """What a list is: its rows come already narrowed to what the person may see."""

    title: Any
    columns: Sequence[Column]
    order: str
    search: Sequence[Way] = ()
    search_hint: Any = ""
    filters: Sequence[Filter] = ()
    intro: Any = ""
    empty: Any = ""
    export_name: str = ""
    template: str = "furniture/list.html"

    def without(self, column: Column) -> ListPage:
        """The same list less a column: a deed that is not for everybody."""
        return replace(self, columns=[one for one in self.columns if one is not column])

    def narrowed_by(self, *filters: Filter) -> ListPage:
        """The same list with further choices: those that depend on who looks."""
        return replace(self, filters=[*self.filters, *filters])

    def unlinked(self) -> ListPage:
        """The same list for those who may not open its rows."""
        return replace(self, columns=[replace(column, link=None) for column in self.columns])

    def answer(
        self, request: HttpRequest, rows: QuerySet[Any], actions: Sequence[Action] = (),
        may_export: bool = True, batch: Sequence[Action] = (), **more: Any,
    ) -> HttpResponse:  # fmt: skip
        """The page, or with export=xlsx its rows as a workbook, noted: all, or those ticked.

        `actions`: the buttons this person may use; `batch`: what may be done with rows ticked, each
        a POST to its address; `more`: further words for the template.
        """
        name = request.resolver_match.view_name if request.resolver_match else ""
        saved = views_of(name)
        columns, cols = self._columns(request, saved)
        chosen = {f.name: request.GET.get(f.name, "") for f in self.filters}
        text = request.GET.get("q", "").strip()[:100]
        for narrowing in self.filters:
            if chosen[narrowing.name]:
                rows = narrowing.narrow(rows, chosen[narrowing.name])
        if text:
            rows = narrow(rows, self.search, text)
        rows, sort = self._sorted(request, rows)
        may_export = may_export and bool(self.export_name)
        if "export" in request.GET or "export" in request.POST:
            if not may_export:
                raise PermissionDenied
            if request.method == "POST":
                rows = rows.filter(pk__in=picked(request))
            return self._workbook(request, sorted_by(rows, sort), columns)
        shown = window(request, rows, sort)
        filters = [(f, list(f.options()), chosen[f.name]) for f in self.filters]
        context = {
            "page": self, "q": text, "chosen": chosen, "sort": sort, "window": shown,
            "sorts": self._sorts(sort),
            "heads": [self._head(request, column, sort) for column in columns],
            "rows": cells(columns, _first_figure(columns), shown.rows),
            "cols": cols, "list_name": name, "here": request.get_full_path(),
            "query": settled(request.GET), "batch": batch, "ticks": bool(batch) or may_export,
            "choice": [(c, c in columns) for c in self.columns[1:] if c.key],
            "saved": [(view, view.query == settled(request.GET)) for view in saved if view.name],
            "filters": filters, "drops": _drops(request, text, filters),
            "export": address(request, export="xlsx") if may_export else "",
            "narrowed": bool(text or any(chosen.values())),
            "actions": actions, **more,
        }  # fmt: skip
        return render(request, self.template, context)

    def _columns(
        self, request: HttpRequest, saved: Sequence[SavedView]
    ) -> tuple[list[Column], str]:
        """Those shown, and as the address names them where it does: the first one always."""
        standing = next((view.query for view in saved if not view.name), "")
        cols = request.GET.get("cols", "")
        wanted = set((cols or QueryDict(standing).get("cols") or "").split(",")) - {""}
        shown = [
            column for at, column in enumerate(self.columns)
            if at == 0 or not column.key or (column.key in wanted if wanted else not column.spare)
        ]  # fmt: skip
        return shown, cols

    def _sorted(self, request: HttpRequest, rows: QuerySet[Any]) -> tuple[QuerySet[Any], str]:
        """Rows with what they are sorted by, and its name; many rows by what an index leads alone."""
        wanted = request.GET.get("sort", "")
        name = wanted.lstrip("-")
        column = next((c for c in self.columns if c.sort and c.sort == name), None)
        if column is None or name == self.order.lstrip("-"):
            return rows, wanted if column is not None else self.order
        if column.by is not None:
            rows = rows.annotate(**{name: column.by})
        if not led(rows.model, name) and not few(rows):
            told = {"title": column.title, "most": f"{FEW:,}"}
            text = _("%(most)s 行以内才能按“%(title)s”排序：先搜索或筛选")
            messages.error(request, text % told)
            return rows, self.order
        return rows, wanted

    def _sorts(self, sort: str) -> list[tuple[str, str]]:
        """The ways to sort, as a phone offers them, where a table has no heads."""
        ways = [(c.sort, c.title) for c in self.columns if c.sort and c.title]
        found = [(f"{sign}{name}", f"{title} {word}") for name, title in ways
                 for sign, word in (("", _("升序")), ("-", _("降序")))]  # fmt: skip
        known = any(code == sort for code, _title in found)
        return found if known or not found else [(sort, str(_("默认顺序"))), *found]

    def _head(self, request: HttpRequest, column: Column, sort: str) -> dict[str, Any]:
        direction = ""
        if column.sort and sort.lstrip("-") == column.sort:
            direction = "descending" if sort.startswith("-") else "ascending"
        turned = f"-{column.sort}" if direction == "ascending" else column.sort
        url = address(request, sort=turned, after="", before="") if column.sort else ""
        return {"column": column, "url": url, "direction": direction}

    def _workbook(
        self, request: HttpRequest, rows: QuerySet[Any], shown: Sequence[Column]
    ) -> HttpResponse:
        columns = _taken(shown)
        found = list(rows[: MAX_ROWS + 1])
        if len(found) > MAX_ROWS:
            text = _("超过 %(most)s 行，没有导出：先搜索或筛选，分几次导出")
            messages.error(request, text % {"most": f"{MAX_ROWS:,}"})
            return HttpResponseRedirect(address(request))
        note(request, "export", self.title, rows=len(found), why=request.GET.get("q", ""))
        return workbook_response(
            self.export_name,
            [(str(c.title), c.kind) for c in columns],
            ([(c.exported or c.value)(row) for c in columns] for row in found),
        )


def _taken(shown: Sequence[Column]) -> list[Column]:
    """The columns of a workbook: those on the screen, a second line behind its first, none twice."""
    titles = {str(column.title) for column in shown}
    found = []
    for column in shown:
        if column.export:
            found.append(column)
        if column.under and str(column.under[0]) not in titles:
            found.append(Column(*column.under))
    return found


def _first_figure(columns: Sequence[Column]) -> Column | None:
    """The figure that stands beside the name on phones."""
    figures = [column for column in columns if column.figure and column.kind != "ratio"]
    return next((column for column in figures if column.main), figures[0] if figures else None)


def _drops(request: HttpRequest, text: str, filters: Sequence[Any]) -> list[tuple[Any, str]]:
    """What the list is narrowed to, each with the address of the list without it."""
    found: list[tuple[Any, str]] = []
    if text:
        found.append((f"“{text}”", address(request, q="", after="", before="")))
    for narrowing, options, value in filters:
        if value:
            without = address(request, **{narrowing.name: "", "after": "", "before": ""})
            found.append((dict(options).get(value, value), without))
    return found
