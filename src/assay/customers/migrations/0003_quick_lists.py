"""Indexes for what lists sort and payers are found by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_found_by_clues"),
        ("people", "0002_found_by_clues"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["tax_title"], name="customer_by_tax_title"),
        ),
    ]
