"""The first tables of the ledger."""

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Strand",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("digest", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=100, unique=True, verbose_name="科目")),
                ("control", models.CharField(db_index=True, max_length=40)),
                ("party", models.CharField(blank=True, max_length=60, verbose_name="往来")),
                (
                    "side",
                    models.CharField(choices=[("debit", "借"), ("credit", "贷")], max_length=6),
                ),
                ("guarded", models.BooleanField()),
                ("balance", assay.furniture.fields.FenField(default=0, verbose_name="余额")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["debit", "credit"])), name="account_side"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("guarded", False),
                            models.Q(("balance__gte", 0), ("side", "debit")),
                            models.Q(("balance__lte", 0), ("side", "credit")),
                            _connector="OR",
                        ),
                        name="account_never_dry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True, verbose_name="请求编号")),
                ("on", models.DateField(db_index=True, verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="记账时间")),
                ("who", models.CharField(max_length=150, verbose_name="记账人")),
                ("text", models.CharField(max_length=200, verbose_name="摘要")),
                (
                    "source",
                    models.CharField(
                        blank=True, db_index=True, max_length=120, verbose_name="来源"
                    ),
                ),
                ("legs", models.IntegerField()),
                ("body", models.BinaryField(verbose_name="内容摘要")),
                ("strand", models.SmallIntegerField()),
                ("place", models.BigIntegerField()),
                ("digest", models.BinaryField(verbose_name="链摘要")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("strand", "place"), name="entry_place"),
                    models.CheckConstraint(condition=models.Q(("legs__gt", 0)), name="entry_moves"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.IntegerField()),
                ("amount", assay.furniture.fields.FenField(verbose_name="金额")),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="ledger.account",
                        verbose_name="贷方",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="ledger.account",
                        verbose_name="借方",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "place"), name="posting_place"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="posting_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True),
                        name="posting_two_accounts",
                    ),
                ],
            },
        ),
    ]
