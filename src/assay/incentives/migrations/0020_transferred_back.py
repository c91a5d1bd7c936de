"""What an agent or a shop transfers back has a word that fits it, too; the table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0019_reasons_of_others")]
    operations = [
        migrations.AlterField(
            model_name="settling",
            name="way",
            field=models.CharField(
                choices=[("back", "对方转回"), ("off", "核销")],
                max_length=4,
                verbose_name="方式",
            ),
        ),
    ]
