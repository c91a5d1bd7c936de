"""Which signatures of a plan were made on its page, and by which login. NULL may stand, so that guards stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0012_receipt_root")]
    operations = [
        migrations.AddField(
            model_name="planversion",
            name="logins",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
