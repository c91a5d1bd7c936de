"""A job may wait for its time."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("furniture", "0003_clues_and_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="due",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
