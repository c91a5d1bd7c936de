"""A file for payroll keeps the code of each of its rows; None of those sent before.

The column may be NULL, so that SQLite adds it to the table as it stands and its guards stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0007_rows_stay")]
    operations = [
        migrations.AddField(
            model_name="payfile",
            name="codes",
            field=models.JSONField(blank=True, null=True, verbose_name="每行校验码"),
        ),
    ]
