"""Notices found, put down once, sent out once; every step can be done again after a kill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assay.desk.kinds import KINDS, offered
from assay.desk.models import SPOTS, WAYS, Choice, Delivery, Notice, Part, Subscription
from assay.desk.queries.notices import found, moot, said
from assay.desk.queries.reminders import Fact, as_told
from assay.desk.sending import send_email, send_robot
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.models import Counter, Job
from assay.furniture.seal import seal
from assay.people.access import viewer_of
from assay.people.models import User

LISTED = 12  # notices told one by one in a message; the others as a number
AGAIN = [timedelta(minutes=n) for n in (1, 2, 5, 15, 60, 240, 720)]
ROUND = 15.0  # seconds
CHUNK = 400


def collect(now: datetime | None = None) -> int:
    """Put down what people are to be told and have not been; returns how many."""
    at = now or timezone.now()
    facts = {(f.user, f.key): f for f in found(at, timezone.localdate(at))}
    settled = moot(facts)
    for start in range(0, len(settled), CHUNK):
        Notice.objects.filter(pk__in=settled[start : start + CHUNK]).update(read_at=at)
    if not _lacking(facts):
        return 0
    with transaction.atomic():
        _one_at_a_time()
        new = as_told(_lacking(facts))
        made = Notice.objects.bulk_create(
            [
                Notice(user_id=f.user, kind=f.kind, key=f.key, data=f.data, url=f.url, at=at)
                for f in new
            ]
        )
        _send_out(made)
    return len(made)


def _lacking(facts: Mapping[tuple[int, str], Fact]) -> list[Fact]:
    held: set[tuple[int, str]] = set()
    keys = sorted({key for _user, key in facts})
    for start in range(0, len(keys), CHUNK):
        rows = Notice.objects.filter(key__in=keys[start : start + CHUNK])
        held |= set(rows.values_list("user", "key"))
    return [fact for at, fact in facts.items() if at not in held]


def _one_at_a_time() -> None:
    """Workers put notices down one after the other."""
    Counter.objects.get_or_create(key="notices", defaults={"last": 0})
    Counter.objects.select_for_update().get(key="notices")


def _send_out(made: Sequence[Notice]) -> None:
    """Parts for the ways each person chose: a message at once for all that are to go at once."""
    subscriptions = {
        s.user_id: s
        for s in Subscription.objects.filter(user__in={n.user_id for n in made})
        .prefetch_related("choices")
    }  # fmt: skip
    now: dict[tuple[int, str], list[Notice]] = defaultdict(list)
    later = []
    for notice in made:
        subscription = subscriptions.get(notice.user_id)
        if subscription is None:
            continue
        for way in ways_of(subscription):
            when = when_of(subscription, notice.kind, way)
            if when == "now":
                now[notice.user_id, way].append(notice)
            elif when == "daily":
                later.append(Part(notice=notice, way=way))
    Part.objects.bulk_create(later)
    for (user, way), notices in now.items():
        row = _deliver_later(user, way, f"now:{notices[0].pk}")
        Part.objects.bulk_create([Part(notice=n, way=way, delivery=row) for n in notices])


def ways_of(subscription: Subscription) -> list[str]:
    """The ways that are set up for somebody."""
    ways = ["email"] if subscription.email and settings.EMAIL_READY else []
    return [*ways, "robot"] if subscription.robot and subscription.robot_url else ways


def when_of(subscription: Subscription, kind: str, way: str) -> str:
    """When a kind goes out in a way: as chosen, else the default."""
    for choice in subscription.choices.all():
        if (choice.kind, choice.way) == (kind, way):
            return str(choice.when)
    return KINDS[kind].when


def _deliver_later(user: int, way: str, key: str) -> Delivery:
    row = Delivery.objects.create(user_id=user, way=way, key=key)
    _job(row)
    return row


def _job(row: Delivery) -> None:
    job = Job.objects.create(
        kind="deliver", user_id=row.user_id, who="notices", given={"delivery": row.pk}
    )
    row.job = job.pk
    row.save(update_fields=["job"])


def digest(now: datetime | None = None) -> int:
    """What goes out once a day, for those whose hour has come; returns how many messages.

    What is put down after somebody's hour is for the next day's; a worker that was not there at
    the hour makes up for it with what was put down before.
    """
    at = timezone.localtime(now or timezone.now())
    waiting = Part.objects.filter(delivery=None)
    since: dict[tuple[int, str], datetime] = {
        row[:2]: row[2]
        for row in waiting.values_list("notice__user", "way").annotate(first=Min("notice__at"))
    }
    hours = dict(
        Subscription.objects.filter(user__in={u for u, _w in since}).values_list("user", "hour")
    )
    key, made = f"daily:{at.date()}", 0
    for (user, way), first in sorted(since.items()):
        hour = hours.get(user, 24)
        if hour > at.hour:
            continue
        over = at.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if first >= over:
            continue
        with transaction.atomic():
            _one_at_a_time()
            if Delivery.objects.filter(user=user, way=way, key=key).exists():
                continue
            row = _deliver_later(user, way, key)
            parts = Part.objects.filter(delivery=None, notice__user=user, way=way)
            parts.filter(notice__at__lt=over).update(delivery=row)
            made += 1
    return made


def mend() -> int:
    """Messages whose job is gone (killed too often) get another one; returns how many."""
    open_ones = list(Delivery.objects.filter(state__in=["waiting", "sending"])[:CHUNK])
    alive = set(
        Job.objects.filter(
            pk__in=[row.job for row in open_ones if row.job], state__in=Job.OPEN
        ).values_list("pk", flat=True)
    )
    lost = [row for row in open_ones if row.job not in alive]
    for row in lost:
        with transaction.atomic():
            _job(row)
    return len(lost)


def round_of_notices() -> None:
    """What a worker does again and again."""
    collect()
    digest()
    mend()


def deliver(job: Job, tell: jobs.Progress) -> tuple[str, dict[str, Any]]:
    """Send one message. It is marked before and after, so that it goes out once.

    Killed between the two, it goes out again under the same identity (Message-ID, X-Assay-Id).
    """
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=job.given["delivery"])
        if row.state not in ("waiting", "sending"):
            return "done", {}
        row.state, row.tries, row.job = "sending", row.tries + 1, job.pk
        row.save()
    subscription = Subscription.objects.filter(user=row.user_id).first()
    notices = [p.notice for p in row.parts.select_related("notice").order_by("notice_id")]
    fresh = [n for n in notices if n.read_at is None]
    test = row.key.startswith("test:")
    if (
        subscription is None or row.way not in ways_of(subscription) or (not fresh and not test)
        or viewer_of(subscription.user) is None
    ):  # fmt: skip
        return _ended(row, "skipped")
    try:
        _send(row, subscription, fresh)
    except UserError as error:
        row.error = str(error)[:200]
        if row.tries > len(AGAIN):
            return _ended(row, "failed")
        row.state = "waiting"
        row.save()
        raise jobs.Later(AGAIN[row.tries - 1], row.error) from None
    row.sent_at, row.error = timezone.now(), ""
    return _ended(row, "sent")


def _ended(row: Delivery, state: str) -> tuple[str, dict[str, Any]]:
    row.state = state
    row.save()
    return ("failed" if state == "failed" else "done"), {}


def _send(row: Delivery, to: Subscription, notices: Sequence[Notice]) -> None:
    with translation.override(to.language):
        lines = [_line(notice) for notice in notices[:LISTED]]
        if len(notices) > LISTED:
            lines.append(_("另有 %(n)s 条，到“通知”里看") % {"n": len(notices) - LISTED})
        if not notices:
            lines = [_("这是一条试发的通知。收到就说明设置对了。")]
        subject = _("成色：%(n)s 条通知") % {"n": len(notices)} if notices else _("成色：试发")
    identity = f"assay-{row.pk}-{row.made:%Y%m%d%H%M%S}"
    if row.way == "email":
        send_email(to, identity, subject, lines)
    else:
        send_robot(to, identity, [subject, *lines])


def _line(notice: Notice) -> str:
    link = f" {settings.SITE_URL}{notice.url}" if settings.SITE_URL else ""
    return f"{said(notice)}{link}"


@transaction.atomic
def subscribe(
    user: User, values: Mapping[str, Any], chosen: Mapping[tuple[str, str], str]
) -> Subscription:  # fmt: skip
    """What somebody wants to be told, how and when; what is switched off stops waiting for its hour.

    An empty address of the robot leaves the one that stands, unless it was another kind of robot's;
    `forget` takes it away.
    """
    row = Subscription.objects.filter(user=user).first() or Subscription(user=user)
    if values["robot"] != row.robot:
        row.robot_url, row.robot_secret = None, None
    row.email, row.hour, row.robot = values["email"], values["hour"], values["robot"]
    row.language = translation.get_language() or "zh-hans"
    if values.get("robot_url"):
        row.robot_url = seal(values["robot_url"])
    if values.get("robot_secret"):
        row.robot_secret = seal(values["robot_secret"])
    if values.get("forget") or not row.robot:
        row.robot, row.robot_url, row.robot_secret = "", None, None
    row.full_clean()
    row.save()
    held = {(c.kind, c.way): c for c in Choice.objects.filter(subscription=row)}
    for (kind, way), when in chosen.items():
        choice = held.get((kind, way)) or Choice(subscription=row, kind=kind, way=way)
        if choice.when != when:
            choice.when = when
            choice.full_clean()
            choice.save()
    for (kind, way), when in chosen.items():
        if when == "never":
            Part.objects.filter(
                delivery=None, way=way, notice__user=user, notice__kind=kind
            ).delete()
    return row


@transaction.atomic
def send_test(user: User, way: str) -> Delivery:
    """A message to try the settings; it goes out like any other. UserError where the way is not set up."""
    row = Subscription.objects.filter(user=user).first()
    if row is None or way not in ways_of(row):
        raise UserError(_("先填好%(way)s再试发") % {"way": dict(WAYS)[way]})
    return _deliver_later(user.pk, way, f"test:{uuid4().hex[:12]}")


def read(user: User, pks: Iterable[int] | None = None) -> int:
    """Mark some notices of somebody's as read (None: all); returns how many were not yet."""
    rows = Notice.objects.filter(user=user, read_at=None)
    wanted = Q() if pks is None else Q(pk__in=list(pks))
    return rows.filter(wanted).update(read_at=timezone.now())


def every_choice(row: Subscription | None, role: str) -> dict[tuple[str, str], str]:
    """What stands for each kind a role can be told and each way, chosen or by default."""
    held = {(c.kind, c.way): str(c.when) for c in row.choices.all()} if row else {}
    return {
        (kind.code, way): held.get((kind.code, way), "now" if way == "page" else kind.when)
        for kind in offered(role)
        for way, _name in SPOTS
    }


jobs.register("deliver", deliver)
jobs.every(ROUND, round_of_notices)
