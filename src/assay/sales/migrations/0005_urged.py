"""The day on which the money of an overdue order was last asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_churn_by_index"),
        ("people", "0003_odds"),
        ("sales", "0004_category_of_goods"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="urged_on",
            field=models.DateField(blank=True, null=True, verbose_name="催收日期"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("urged_on__isnull", False)),
                fields=["urged_on"],
                name="order_urged",
            ),
        ),
    ]
