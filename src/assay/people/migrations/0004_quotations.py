"""How long a quotation of the house holds, and what stands on each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_odds"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="quote_days",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="报价有效天数"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="quote_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="报价单说明"),
        ),
    ]
