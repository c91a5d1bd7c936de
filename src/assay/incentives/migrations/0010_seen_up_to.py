"""A run keeps the last line of history it has seen; None of those worked out before.

The column may be NULL, so that SQLite adds it to the table as it stands and its guards stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0009_nothing_is_replaced")]
    operations = [
        migrations.AddField(
            model_name="run",
            name="seen",
            field=models.BigIntegerField(null=True),
        ),
    ]
