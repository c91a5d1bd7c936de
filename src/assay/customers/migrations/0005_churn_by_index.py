"""What customers paid is read out of its index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_rules_recycle_by_night"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="purchase",
            name="purchase_of",
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["customer", "day", "amount"], name="purchase_of"),
        ),
    ]
