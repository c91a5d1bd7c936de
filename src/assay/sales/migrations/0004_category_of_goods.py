"""The category a good is of, which what customers paid is told by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_churn_by_index"),
        ("sales", "0003_quick_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="good",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goods",
                to="customers.category",
                verbose_name="品类",
            ),
        ),
    ]
