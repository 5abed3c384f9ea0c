from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0009_answers_that_changed_something"),
    ]

    operations = [
        migrations.AddField(
            model_name="editionseal",
            name="told",
            field=models.JSONField(default=dict, verbose_name="means told with it"),
        ),
    ]
