"""Tables of the books. Triggers keep balances and refuse change (migrations 0002 and 0003)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField
from assay.ledger.chart import CHART


class Account(models.Model):
    """An account; its balance (debit positive) moves with the postings, by the database itself.

    moved: the last posting that moved it, by its id; None while none did.
    """

    code = models.CharField(_("科目"), max_length=100, unique=True)
    control = models.CharField(max_length=40, db_index=True)
    party = models.CharField(_("往来"), max_length=60, blank=True)
    side = models.CharField(max_length=6, choices=[("debit", _("借")), ("credit", _("贷"))])
    guarded = models.BooleanField()
    balance = FenField(_("余额"), default=0)
    moved = models.BigIntegerField(null=True, editable=False)

    class Meta:
        """What is guarded never runs dry."""

        constraints = [  # noqa: RUF012 (Django's own shape)
            models.CheckConstraint(condition=Q(side__in=["debit", "credit"]), name="account_side"),
            models.CheckConstraint(
                condition=Q(guarded=False)
                | Q(side="debit", balance__gte=0)
                | Q(side="credit", balance__lte=0),
                name="account_never_dry",
            ),
        ]

    def __str__(self) -> str:
        """Title and party."""
        title = str(CHART[self.control].title)
        return f"{title} {self.party}" if self.party else title

    @property
    def held(self) -> int:
        """The balance on the account's own side, in 分."""
        balance: int = self.balance
        return balance if self.side == "debit" else -balance


class Strand(models.Model):
    """The head of a chain of entries: how many, and the digest over all of them."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        """Number and length."""
        return f"{self.pk}: {self.size}"


class Entry(models.Model):
    """An entry as it was written, for good."""

    key = models.CharField(_("请求编号"), max_length=120, unique=True)
    on = models.DateField(_("日期"), db_index=True)
    at = models.DateTimeField(_("记账时间"))
    who = models.CharField(_("记账人"), max_length=150)
    text = models.CharField(_("摘要"), max_length=200)
    source = models.CharField(_("来源"), max_length=120, blank=True, db_index=True)
    legs = models.IntegerField()
    body = models.BinaryField(_("内容摘要"))
    strand = models.SmallIntegerField()
    place = models.BigIntegerField()
    digest = models.BinaryField(_("链摘要"))

    class Meta:
        """One entry a place of its strand."""

        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["strand", "place"], name="entry_place"),
            models.CheckConstraint(condition=Q(legs__gt=0), name="entry_moves"),
        ]

    def __str__(self) -> str:
        """Key and text."""
        return f"{self.key} {self.text}"


class Posting(models.Model):
    """So much from the credit account to the debit account."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    place = models.IntegerField()
    debit = models.ForeignKey(
        Account, models.PROTECT, related_name="debits", verbose_name=_("借方")
    )
    credit = models.ForeignKey(
        Account, models.PROTECT, related_name="credits", verbose_name=_("贷方")
    )
    amount = FenField(_("金额"))

    class Meta:
        """Positive, between two accounts, once a place."""

        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["entry", "place"], name="posting_place"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_two_accounts"),
        ]

    def __str__(self) -> str:
        """Amount in 分 and accounts."""
        return f"{self.amount} {self.credit_id} -> {self.debit_id}"
