"""A line of history says under which record it is read; lines that stand are told from their rows."""

from typing import Any

from django.db import migrations, models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

# Kinds that are parts of another record: their table, the key to that record, its kind.
PARTS = {
    "customers.contact": ("customer_id", "customers.customer"),
    "customers.visit": ("customer_id", "customers.customer"),
    "customers.need": ("customer_id", "customers.customer"),
    "customers.satisfaction": ("customer_id", "customers.customer"),
    "customers.document": ("customer_id", "customers.customer"),
    "customers.service": ("customer_id", "customers.customer"),
    "customers.occasion": ("customer_id", "customers.customer"),
    "customers.ownership": ("customer_id", "customers.customer"),
    "customers.turn": ("customer_id", "customers.customer"),
    "customers.tierspan": ("customer_id", "customers.customer"),
    "customers.nomination": ("customer_id", "customers.customer"),
    "customers.targetaccount": ("customer_id", "customers.customer"),
    "customers.loss": ("customer_id", "customers.customer"),
    "customers.guest": ("campaign_id", "customers.campaign"),
    "sales.orderline": ("order_id", "sales.order"),
    "sales.ordershare": ("order_id", "sales.order"),
    "sales.sign": ("request_id", "sales.request"),
    "sales.pickupline": ("pickup_id", "sales.pickup"),
    "sales.returnline": ("parent_id", "sales.return"),
    "sales.match": ("receipt_id", "sales.receipt"),
    "sales.target": ("plan_id", "sales.targetplan"),
    "people.assignment": ("employee_id", "people.employee"),
    "people.wage": ("employee_id", "people.employee"),
    "people.attendance": ("employee_id", "people.employee"),
    "people.trainingseat": ("training_id", "people.training"),
    "incentives.step": ("pay_month_id", "incentives.paymonth"),
    "incentives.paidrow": ("pay_month_id", "incentives.paymonth"),
    "desk.choice": ("subscription_id", "desk.subscription"),
}


def tell(apps: Any, schema_editor: Any) -> None:
    """The record's own lines by its key; a part's by its row, or by its last line where it is gone."""
    change = apps.get_model("furniture", "Change")
    if not change.objects.exists():
        return
    change.objects.update(whole=Concat(F("label"), Value(" "), Cast(F("key"), CharField())))
    with schema_editor.connection.cursor() as cursor:
        for label, (column, whole) in PARTS.items():
            table = label.replace(".", "_")
            cursor.execute(
                f"UPDATE furniture_change SET whole = '{whole} ' || (SELECT CAST({column} AS"
                f" VARCHAR(20)) FROM {table} WHERE {table}.id = furniture_change.key)"
                f" WHERE label = %s AND EXISTS (SELECT 1 FROM {table} WHERE"
                f" {table}.id = furniture_change.key)",
                [label],
            )
    for label, (column, whole) in PARTS.items():
        gone = change.objects.filter(label=label, verb="delete")
        for key, what in gone.values_list("key", "what"):
            of = f"{whole} {what[column][-1]}"
            change.objects.filter(label=label, key=key).update(whole=of)


class Migration(migrations.Migration):
    dependencies = [
        ("furniture", "0004_job_due"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="whole",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="change", name="change_of"),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["whole", "id"], name="change_of_whole"),
        ),
    ]
