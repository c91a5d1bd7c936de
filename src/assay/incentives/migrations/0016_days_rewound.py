"""A day that was kept says whether it was wound back by the history. NULL may stand, so that its guards stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0015_settlings_stay")]
    operations = [
        migrations.AddField(
            model_name="daykept",
            name="rewound",
            field=models.BooleanField(editable=False, null=True),
        ),
    ]
