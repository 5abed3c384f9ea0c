"""Put everything of an installation into the one municipality that it was made for.

Its name is what its plans call it: of several texts the one of the newest plan that has any.
What the plans were called before is told in the municipality's history.
"""

from collections import Counter

from django.db import migrations
from django.utils import timezone

from activities import names

BELOW = ("Plan", "Department", "Institution", "Alias", "Tag")


def gather(apps, schema_editor):
    models = [apps.get_model("activities", name) for name in BELOW]
    if not any(model.objects.exists() for model in models):
        return
    municipality = _made(apps)
    for model in models:
        model.objects.filter(municipality=None).update(municipality=municipality)
        history = apps.get_model("activities", f"Historical{model.__name__}")
        history.objects.filter(municipality=None).update(municipality=municipality)


def _made(apps):
    Municipality = apps.get_model("activities", "Municipality")
    found = Municipality.objects.order_by("pk").first()
    if found is not None:
        return found
    Plan = apps.get_model("activities", "Plan")
    texts = Plan.objects.exclude(municipality_text="").order_by("-first_year", "-pk")
    name = texts.values_list("municipality_text", flat=True).first() or ""
    made = Municipality.objects.create(name=name, **_keys(name))
    _tell_what_was(apps, made)
    return made


def _keys(name):
    return {"name_key": names.fold(name)[:200], "sort_key": names.sort_key(name)[:600]}


def _tell_what_was(apps, municipality):
    """Write the municipality's history from the texts that the plans carried, oldest first."""
    Told = apps.get_model("activities", "HistoricalMunicipality")
    before = Counter()
    rows = apps.get_model("activities", "HistoricalPlan").objects.order_by(
        "history_date", "history_id"
    )
    last = None
    for row in rows.iterator():
        text = row.municipality_text or ""
        if text and text != last:
            _write(Told, municipality, text, row.history_date, row.history_user_id, before)
            last = text
    if last != municipality.name or not before:
        _write(Told, municipality, municipality.name, timezone.now(), None, before)


def _write(Told, municipality, name, when, user, before):
    Told.objects.create(
        id=municipality.pk, name=name, **_keys(name), history_date=when, history_user_id=user,
        history_type="~" if before["rows"] else "+",
    )  # fmt: skip
    before["rows"] += 1


def name_plans(apps, schema_editor):
    """Give each plan, and its history, the name of its municipality as a text again."""
    for name in ("Plan", "HistoricalPlan"):
        model = apps.get_model("activities", name)
        for row in apps.get_model("activities", "Municipality").objects.all():
            model.objects.filter(municipality_id=row.pk).update(municipality_text=row.name)


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_municipality")]

    operations = [migrations.RunPython(gather, name_plans)]
