"""Drop what django-axes kept: names, addresses and browsers of every sign-in, without an end.

Signing in is slowed down by accounts/throttle.py now, which keeps none of them.
"""

from django.db import migrations

TABLES = ("axes_accesslog", "axes_accessfailurelog", "axes_accessattemptexpiration", "axes_accessattempt")


def drop(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")
    schema_editor.execute("DELETE FROM django_migrations WHERE app = 'axes'")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_slowed_attempts'),
    ]

    # There is no way back to what was deleted, and nothing that needs it.
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
