"""Plan versions written: drafts begun and changed, questions decided, findings accepted, published, acknowledged.

A draft is changed under its lock and its number of changes: who saves over an older one is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.furniture.reader import reader_language
from assay.incentives.models import Nod, PlanVersion
from assay.incentives.queries.plans import (
    logins_of,
    mine,
    signatures_of,
    standing,
    unregistered,
)
from assay.incentives.queries.published import file_of
from assay.incentives.queries.publishing import ACKNOWLEDGED, checklist, substance_of
from assay.incentives.queries.studies import findings
from assay.people.access import Viewer
from assay.people.models import Employee
from assay.period import Month
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.scalars import replaced, scalars
from assay.plan.signing import accepted, decided, signatures, undecided
from assay.plan.source import digest
from assay.sales.queries.plan import plan_of

LARGEST = 1_000_000


def plain(text: str) -> str:
    """A text as it is kept: one kind of line end, no mark before it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _readable(text: str) -> Plan:
    """The plan of a text. UserError names the first line that is wrong."""
    if len(text) > LARGEST:
        raise UserError(_("文件太大：方案文本最多 1 MB"))
    try:
        return read_plan(text)
    except PlanError as error:
        raise UserError(told(error)) from None


def told(error: PlanError) -> str:
    """The first fault of a text, with its line."""
    first = error.problems[0]
    return _("第 %(n)s 行：%(said)s") % {
        "n": first.place.line,
        "said": first.told(reader_language()).message,
    }


@transaction.atomic
def begin(
    text: str, *, by: Employee | None, logins: Mapping[str, list[str]] | None = None
) -> PlanVersion:
    """A new draft of a text that can be read as a plan. logins: who made its signatures on a page."""
    text = plain(text)
    plan = _readable(text)
    row = PlanVersion(state="draft", made_by=by, signed=signatures(plan), logins=dict(logins or {}))
    _put(row, text, plan)
    row.version = 1
    row.full_clean()
    row.save()
    return row


def begin_from(source: PlanVersion, *, by: Employee | None) -> PlanVersion:
    """A draft as a copy of a version, to hold from the next month that is not past."""
    return begin(_moved(source.text), by=by, logins=logins_of(source))


def begin_from_file(*, by: Employee | None) -> PlanVersion:
    """A draft as a copy of the plan that is in force as a file only."""
    month = Month.of(timezone.localdate())
    _program, text = plan_of(month)
    return begin(_moved(text), by=by)


def _moved(text: str) -> str:
    """The text with the next month as the one from which it holds, where its own is past."""
    upcoming = Month.of(timezone.localdate()).next()
    text = plain(text)
    if Month.parse(_readable(text).effective).index >= upcoming.index:
        return text
    return replaced(text, ("effective",), str(upcoming))


def _put(row: PlanVersion, text: str, plan: Plan | None) -> None:
    """A text into a row, with what the row says of it; what cannot be read leaves that as it was."""
    row.text, row.digest, row.offered_at = text, digest(text), None
    row.version = (row.version or 0) + 1
    if plan is not None:
        row.name, row.title = plan.name[:80], plan.title.text("zh", plan.name)[:120]
        row.holds_from = Month.parse(plan.effective)


def _draft(pk: int, seen: int | None) -> PlanVersion:
    """A draft under its lock, as it was seen. UserError where somebody changed it meanwhile."""
    row: PlanVersion = PlanVersion.objects.select_for_update().get(pk=pk)
    if row.state != "draft":
        raise UserError(
            _("%(state)s的方案不能再改；从它起草新的版本") % {"state": row.get_state_display()}
        )
    if seen is not None and seen != row.version:
        raise UserError(_("这份草稿刚被别人改过，你的改动没有保存：刷新后再改"))
    return row


@transaction.atomic
def save_text(
    row: PlanVersion, text: str, *, seen: int | None, signing: bool = False
) -> PlanVersion:
    """Another text for a draft. It may still have faults; publishing waits for them.

    Who decided a question goes with the reading he decided for. UserError where the text has a decision
    or sign-off that was not made here, unless it is just being made (signing).
    """
    draft = _draft(row.pk, seen)
    text = plain(text)
    if len(text) > LARGEST:
        raise UserError(_("文件太大：方案文本最多 1 MB"))
    try:
        plan: Plan | None = read_plan(text)
    except PlanError:
        plan = None
    if plan is not None and text != draft.text:
        text, plan = _as_signed(draft, text, plan, signing)
    if text != draft.text:
        _put(draft, text, plan)
        draft.full_clean()
        draft.save()
    return draft


def _as_signed(draft: PlanVersion, text: str, plan: Plan, signing: bool) -> tuple[str, Plan]:
    """A text with the signatures that were made under what it says now; the draft takes note of them."""
    held = signatures(plan)
    made: dict[str, list[str]] = held if draft.signed is None else draft.signed
    before = signatures_of(draft.text) if signing else {}
    for key, (about, *whose) in held.items():
        if signing or made.get(key) == [about, *whose]:
            continue
        kind, _space, name = key.partition(" ")
        if kind == "question" and made.get(key, [""])[1:] == whose:
            text = undecided(text, name)  # decided for another reading
            continue
        raise UserError(
            _("“%(name)s”的签名（%(who)s）不是在方案页上签的：到那里定存疑、签认检验")
            % {"name": name, "who": " ".join(whose)}
        )
    plan = read_plan(text)
    draft.signed = signatures(plan)
    if signing:
        fresh = {key: said for key, said in held.items() if before.get(key) != said}
        login = actor()[1]
        draft.logins = logins_of(draft) | {key: [*said, login] for key, said in fresh.items()}
    return text, plan


def _written(
    row: PlanVersion, seen: int | None, change: Callable[[str], str], signing: bool = False
) -> PlanVersion:
    """A change of the text that the plan's own writers make."""
    try:
        text = change(PlanVersion.objects.get(pk=row.pk).text)
        return save_text(row, text, seen=seen, signing=signing)
    except PlanError as error:
        raise UserError(told(error)) from None


def change(row: PlanVersion, values: Mapping[int, str], *, seen: int | None) -> PlanVersion:
    """Values of the file, by their number among all, written where they stand; nothing else moves."""

    def written(text: str) -> str:
        every = scalars(text)
        for number, value in values.items():
            if not 0 <= number < len(every):
                raise UserError(_("这份草稿刚被别人改过，你的改动没有保存：刷新后再改"))
            text = replaced(text, every[number].path, value)
        return text

    return _written(row, seen, written)


def decide(
    row: PlanVersion, question: str, reading: str, *, by: str, on: date, seen: int | None
) -> PlanVersion:
    """Decide a question by name and day; it stands in the file, with the login that wrote it down."""
    if not by.strip():
        raise UserError(_("写明谁定的"))
    who, day = _signer(by), _past(on)
    return _written(
        row, seen, lambda text: decided(text, question, reading, who, day), signing=True
    )


def _signer(by: str) -> str:
    """A name as it is signed with: beside it the login, unless that is the name."""
    by, login = by.strip(), actor()[1]
    return by if by == login else f"{by} ({login})"


def _past(on: date) -> str:
    """A day on which something was signed. UserError where it is still to come."""
    if on > timezone.localdate():
        raise UserError(_("%(day)s 还没有到，不能先签") % {"day": on})
    return str(on)


def accept(
    row: PlanVersion, number: int, *, by: str, on: date, why: str, seen: int | None,
    every: bool = False,
) -> PlanVersion:  # fmt: skip
    """Sign a finding of the assay off, by its number in the study; it stands in the file.

    every: all jumps of its rule together, where it is one of several.
    """
    if not by.strip() or not why.strip():
        raise UserError(_("签认要写姓名和理由"))
    who, day = _signer(by), _past(on)

    def written(text: str) -> str:
        held = findings(text, "zh")
        one = next((f for f in held.wrong if f.number == number), None) if held else None
        if one is None:
            raise UserError(_("没有这一条检验结果：重新检验"))
        found = one.finding
        return accepted(text, {
            "finding": found.about, "rule": found.rule, "by": who, "on": day,
            "why": " ".join(why.split()), "digest": found.digest,
            "at": "" if every else found.at,
        })  # fmt: skip

    return _written(row, seen, written, signing=True)


def mend(row: PlanVersion, number: int, place: int, *, seen: int | None) -> PlanVersion:
    """Take up a mending of a finding: a line of the text becomes another, with those that go with it."""

    def written(text: str) -> str:
        held = findings(text, "zh")
        one = next((f for f in held.wrong if f.number == number), None) if held else None
        if one is None or not 0 <= place < len(one.mending):
            raise UserError(_("没有这一条检验结果：重新检验"))
        said = one.mending[place]
        lines = text.split("\n")
        for line, old, new in ((said["line"], said["old"], said["new"]), *said.get("also", ())):
            # Comments may have moved the line since; its words are what was proved.
            places = [at for at, words in enumerate(lines) if words == old]
            near = [at for at in places if at == line - 1] or places
            if len(near) != 1:
                raise UserError(_("没有这一条检验结果：重新检验"))
            lines[near[0]] = new
        return "\n".join(lines)

    return _written(row, seen, written)


@transaction.atomic
def consult(row: PlanVersion, *, on: date, text: str) -> PlanVersion:
    """The record of the consultation: when, what was said and answered, and about which text."""
    draft = _draft(row.pk, None)
    if on > timezone.localdate():
        raise UserError(_("协商日期还没有到"))
    draft.consulted_on, draft.consultation = on, text.strip()
    draft.consulted_digest = draft.digest
    draft.consulted_substance = substance_of(draft.text)
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def drop(row: PlanVersion, *, seen: int | None) -> PlanVersion:
    """Give a draft up; it stays in the history, and nobody is asked to acknowledge it any more."""
    draft = _draft(row.pk, seen)
    draft.state, draft.offered_at = "dropped", None
    draft.save()
    return draft


@transaction.atomic
def offer(row: PlanVersion, *, seen: int | None, lang: str = "zh") -> PlanVersion:
    """Ask every payee to acknowledge a draft, which is whole but for that.

    A change of its text takes the offer back; what was acknowledged stays under the digest it had.
    """
    draft = _draft(row.pk, seen)
    lacking = [
        f"{point.title} · {said}"
        for point in checklist(draft, lang)
        if point.name != ACKNOWLEDGED
        for said in point.lacking
    ]
    if lacking:
        raise UserError("; ".join([_("还不能交付签认。"), *lacking]))
    if draft.offered_at is None:
        draft.offered_at = timezone.now()
        draft.save()
    return draft


def _asked(row: PlanVersion, read: str) -> PlanVersion:
    """A plan that is offered or published, under its lock. UserError where it is not, or where `read`,
    the digest of the text that was read, is no longer its own.
    """
    held: PlanVersion = PlanVersion.objects.select_for_update().get(pk=row.pk)
    if held.state != "published" and held.offered_at is None:
        raise UserError(_("交付签认以后才能签认"))
    if held.digest != read:
        raise UserError(_("方案刚改过：重新读过再签认"))
    return held


@transaction.atomic
def nod_on_paper(
    row: PlanVersion, codes: Collection[str], *, on: date, note: str, by: Employee, read: str
) -> list[Nod]:
    """Payees who signed the text of a digest on paper: when, and where the paper lies. UserError where
    one is none, or done, or where there was nothing to sign on that day.
    """
    held = _asked(row, read)
    if on > timezone.localdate():
        raise UserError(_("签字日期还没有到"))
    # A plan that was registered was there before its row: it may have been signed on any day.
    if held.offered_at is not None and on < timezone.localdate(held.offered_at):
        raise UserError(
            _("%(day)s 才交付签认，签字日期不能更早") % {"day": timezone.localdate(held.offered_at)}
        )
    if not codes or not note.strip():
        raise UserError(_("选谁签了字，写明纸质件存放在哪里"))
    left = {one.code: one for one in standing(held).left}
    if not set(codes) <= set(left):
        raise UserError(_("已经签认过了"))
    return [
        Nod.objects.create(
            plan=held, code=code, digest=held.digest, who=actor()[1], how="paper", on=on,
            note=note.strip(), by=by, **left[code].fields,
        )
        for code in sorted(set(codes))
    ]  # fmt: skip


@transaction.atomic
def publish(row: PlanVersion, *, by: Employee, seen: int | None, lang: str = "zh") -> PlanVersion:
    """Publish a draft. UserError says everything that is missing; from here on it never changes.

    The file is written last, so that a plan is in force only once its row is there to hold it.
    """
    # Whoever else publishes waits here: one plan begins in a month.
    list(PlanVersion.objects.select_for_update().filter(state="published").values_list("pk"))
    draft = _draft(row.pk, seen)
    lacking = [
        f"{point.title} · {said}" for point in checklist(draft, lang) for said in point.lacking
    ]
    if lacking:
        raise UserError("; ".join([_("还不能发布。"), *lacking]))
    draft.state, draft.published_by, draft.published_at = "published", by, timezone.now()
    draft.version += 1
    draft.full_clean()
    draft.save()
    put_file(file_of(draft), draft.text)
    return draft


def put_file(path: Path, text: str) -> None:
    """Write a plan's file, whole or not at all, over nothing. UserError where another stands there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    with beside.open("rb") as stream:
        os.fsync(stream.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        if path.read_text(encoding="utf-8") != text:
            raise UserError(
                _("方案文件夹里已有另一份 %(file)s：先把它移走") % {"file": path.name}
            ) from None
    finally:
        beside.unlink()


@transaction.atomic
def register(*, by: Employee, on: date, text: str) -> PlanVersion:
    """Take up the plan that is in force as a file: from here on its file is held to its digest.

    It stays told as registered: it never went through what publishing asks for (publishing.unmet).
    """
    found = unregistered()
    if found is None:
        raise UserError(_("现行方案已经登记"))
    plan, body = found
    row = PlanVersion(
        made_by=by, consulted_on=on, consultation=text.strip(), state="published",
        published_by=by, published_at=timezone.now(), logins={},
    )  # fmt: skip
    _put(row, body, plan)
    row.version = 1
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def nod(row: PlanVersion, *, by: Viewer, read: str) -> Nod:
    """A payee acknowledges a plan that is offered or published, once, for good.

    read: the digest of the text he read; where it has changed since he is told.
    """
    held = _asked(row, read)
    own = mine(by, held)
    if own is None:
        raise UserError(_("这份方案不付你报酬，不用签认"))
    given: dict[str, Any] = {"who": actor()[1], **own.fields}
    made, fresh = Nod.objects.get_or_create(
        plan=held, code=own.code, digest=held.digest, defaults=given
    )
    if not fresh:
        raise UserError(_("已经签认过了"))
    return made
