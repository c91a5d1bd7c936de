"""Whether protections that are over are recycled by night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_quick_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="rules",
            name="recycle_by_night",
            field=models.BooleanField(default=True, verbose_name="每晚自动回收保护到期的普通客户"),
        ),
    ]
