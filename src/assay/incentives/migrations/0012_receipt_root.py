"""An acknowledgement notes the root of the version. NULL may stand, so that SQLite's guards of the table stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0011_paid_rows_stay")]
    operations = [
        migrations.AddField(
            model_name="receipt",
            name="root",
            field=models.CharField(max_length=64, null=True, verbose_name="校验根"),
        ),
    ]
