"""Tables of the furniture: counters, history, what was shown to whom, jobs, clues, views."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.begins import BytewiseField

CLUE = 20  # signs of a clue: what is typed beyond them is not told apart


class Counter(models.Model):
    """The last number given under a key such as HT-20261123."""

    key = models.CharField(max_length=60, primary_key=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        """Key and number."""
        return f"{self.key} {self.last}"


class Change(models.Model):
    """A line of history: who did what to which record, and when. Only ever added.

    whole: under which record it is read, "customers.customer 5": the record's own, or that of which it
    is a part (a contact's lines stand in its customer's history, those deleted among them).
    """

    at = models.DateTimeField(_("时间"), default=timezone.now)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(_("操作人"), max_length=150)
    label = models.CharField(max_length=80)
    key = models.BigIntegerField()
    verb = models.CharField(
        max_length=6, choices=[("add", _("新建")), ("change", _("修改")), ("delete", _("删除"))]
    )
    what = models.JSONField()
    whole = models.CharField(max_length=100)

    class Meta:
        """Read by the whole record."""

        indexes = [models.Index(fields=["whole", "id"], name="change_of_whole")]  # noqa: RUF012

    def __str__(self) -> str:
        """Verb and record."""
        return f"{self.verb} {self.label} {self.key}"


class AccessEntry(models.Model):
    """Masked data shown, a file handed out, an access refused: who, when, what, why."""

    KINDS = [("reveal", _("显示")), ("export", _("导出")), ("file", _("下载"))]  # noqa: RUF012

    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    user_id = models.BigIntegerField(null=True, db_index=True)
    who = models.CharField(_("操作人"), max_length=150)
    kind = models.CharField(_("动作"), max_length=6, choices=KINDS)
    what = models.CharField(_("内容"), max_length=200)
    label = models.CharField(max_length=80, blank=True)
    key = models.BigIntegerField(null=True)
    rows = models.IntegerField(_("行数"), null=True)
    why = models.CharField(_("原因"), max_length=200, blank=True)
    address = models.CharField(_("来源"), max_length=45, blank=True)

    def __str__(self) -> str:
        """Who and what."""
        return f"{self.who} {self.kind} {self.what}"

    @property
    def said(self) -> str:
        """What it was in the reader's language: of a word with a name or number after it, the word."""
        whole, head = gettext(self.what), self.what.split(" ", 1)
        return whole if whole != self.what else " ".join([gettext(head[0]), *head[1:]])


class Job(models.Model):
    """Work that outlasts a request: claimed by a worker, told by a progress bar."""

    STATES = [  # noqa: RUF012
        ("waiting", _("等待中")),
        ("running", _("进行中")),
        ("ready", _("待确认")),
        ("done", _("已完成")),
        ("failed", _("没有完成")),
    ]
    OPEN = ("waiting", "running")

    kind = models.CharField(max_length=40)
    state = models.CharField(_("状态"), max_length=7, choices=STATES, default="waiting")
    user_id = models.BigIntegerField(null=True, db_index=True)
    who = models.CharField(_("操作人"), max_length=150)
    made = models.DateTimeField(_("时间"), default=timezone.now)
    due = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    given = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        """A queue."""

        indexes = [  # noqa: RUF012
            models.Index(
                fields=["id"],
                name="job_queue",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]
        constraints = [  # noqa: RUF012
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "ready", "done", "failed"]),
                name="job_state",
            )
        ]

    def __str__(self) -> str:
        """Kind and number."""
        return f"{self.kind} {self.pk}"

    @property
    def under_way(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.state in self.OPEN

    @classmethod
    def last(cls, kind: str, **given: Any) -> Job | None:
        """The last of a kind that was given this; None where there was none."""
        wanted = {f"given__{name}": value for name, value in given.items()}
        found: Job | None = cls.objects.filter(kind=kind, **wanted).order_by("-pk").first()
        return found


class Clue(models.Model):
    """A beginning by which a record is found; place 0 where its name itself begins so. Derived."""

    pk = models.CompositePrimaryKey("kind", "place", "text", "key")
    kind = models.CharField(max_length=20)
    place = models.PositiveSmallIntegerField()
    text = BytewiseField(max_length=CLUE)
    key = models.BigIntegerField()

    class Meta:
        """Also read by record."""

        indexes = [models.Index(fields=["kind", "key"], name="clue_of")]  # noqa: RUF012

    def __str__(self) -> str:
        """The clue."""
        return str(self.text)


class SavedView(models.Model):
    """How somebody wants a list: a named address of it, or without a name his choice of columns."""

    user_id = models.BigIntegerField()
    page = models.CharField(max_length=80)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    query = models.CharField(max_length=1000)

    class Meta:
        """A name once a list."""

        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["user_id", "page", "name"], name="view_once")
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name
