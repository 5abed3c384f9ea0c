from django.db import migrations, models

# The answers that change a number, how it is read, or where it counts. Of those given before it was
# noted they are taken to have done so: pages count one only where its rows are others since.
CHANGING = (
    "target_is_increment",
    "is_decrease",
    "increment",
    "slipped",
    "nothing_done",
    "no_value",
    "percent",
    "number",
    "thousands",
    "decimal",
    "counted_twice",
)


def note_earlier(apps, schema_editor):
    answers = apps.get_model("indicators", "FindingAnswer")
    is_changing = models.Q(answer__in=CHANGING) | models.Q(
        answer="correct_as_written", code="target_below_baseline"
    )
    answers.objects.filter(is_changing, changed=False).update(changed=True)


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0008_notices_about_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name="findinganswer",
            name="changed",
            field=models.BooleanField(default=False, editable=False, verbose_name="changed what was stored"),
        ),
        migrations.AddField(
            model_name="historicalfindinganswer",
            name="changed",
            field=models.BooleanField(default=False, editable=False, verbose_name="changed what was stored"),
        ),
        migrations.RunPython(note_earlier, migrations.RunPython.noop),
    ]
