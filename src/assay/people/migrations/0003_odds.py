"""The odds by which a forecast weighs opportunities."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_found_by_clues"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="odds_lead",
            field=models.PositiveSmallIntegerField(
                default=10, verbose_name="有意向的商机，可能性 %"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="odds_needs",
            field=models.PositiveSmallIntegerField(
                default=30, verbose_name="需求已明的商机，可能性 %"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="odds_quoted",
            field=models.PositiveSmallIntegerField(
                default=60, verbose_name="已报价的商机，可能性 %"
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("odds_lead__lte", 100), ("odds_needs__lte", 100), ("odds_quoted__lte", 100)
                ),
                name="company_odds",
            ),
        ),
    ]
