"""What somebody who left owes, settled by hand."""

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0013_logins_of_signatures"),
        ("people", "0003_odds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Settling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("back", "本人转回"), ("off", "核销")],
                        max_length=4,
                        verbose_name="方式",
                    ),
                ),
                ("amount", assay.furniture.fields.FenField(verbose_name="金额")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="银行流水号"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等总经理批"),
                            ("done", "已入账"),
                            ("refused", "已驳回"),
                        ],
                        default="asked",
                        max_length=7,
                        verbose_name="状态",
                    ),
                ),
                ("after", assay.furniture.fields.MonthField(editable=False, null=True)),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="驳回原因")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="批准人",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlings",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
            ],
            options={
                "verbose_name": "离职清账",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "done", "refused"])),
                        name="settling_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            models.Q(("reason", ""), _negated=True),
                            models.Q(
                                models.Q(("reference", ""), ("way", "off")),
                                models.Q(
                                    ("way", "back"), models.Q(("reference", ""), _negated=True)
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="settling_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                ("decided_at__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="settling_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("after__isnull", False),
                            _connector="OR",
                        ),
                        name="settling_after",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("employee",),
                        name="settling_one_waits",
                        violation_error_message="已经有一笔在等总经理批",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "done"]), ("way", "back")),
                        fields=("reference",),
                        name="settling_reference_once",
                        violation_error_message="这个银行流水号已经用过",
                    ),
                ],
            },
        ),
    ]
