"""Whether a line's reason names somebody else's order. NULL may stand, so that guards stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0018_partners_stay")]
    operations = [
        migrations.AddField(
            model_name="line",
            name="foreign",
            field=models.BooleanField(editable=False, null=True),
        ),
    ]
