"""Put the imports, and what was said of columns, into the one municipality."""

from django.db import migrations

BELOW = ("ImportBatch", "ColumnMapping")


def gather(apps, schema_editor):
    models = [apps.get_model("imports", name) for name in BELOW]
    if not any(model.objects.filter(municipality=None).exists() for model in models):
        return
    Municipality = apps.get_model("activities", "Municipality")
    municipality = Municipality.objects.order_by("pk").first() or Municipality.objects.create()
    for model in models:
        history = apps.get_model("imports", f"Historical{model.__name__}")
        for rows in (model, history):
            rows.objects.filter(municipality=None).update(municipality=municipality)


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_municipality")]

    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]
