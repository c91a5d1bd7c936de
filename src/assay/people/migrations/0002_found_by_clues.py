"""Records are found by their clues; texts to search by go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="agent",
            name="sounds",
        ),
        migrations.RemoveField(
            model_name="employee",
            name="sounds",
        ),
    ]
