"""Indexes for what lists sort and payers are found by."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_quick_lists"),
        ("people", "0002_found_by_clues"),
        ("sales", "0002_found_by_clues"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="order_by_due",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["net_amount", "id"], name="order_by_amount"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    (
                        "collected__lt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_amount"), "-", models.F("returned_net")
                        ),
                    ),
                    ("status__in", ["open", "shipped", "completed"]),
                ),
                fields=["due_on", "id"],
                name="order_owing",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["amount", "id"], name="receipt_by_amount"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                fields=["payer"], name="receipt_by_payer", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
