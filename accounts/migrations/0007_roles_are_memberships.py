from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_people_of_one_municipality")]

    operations = [
        migrations.RemoveField("user", "departments"),
        migrations.DeleteModel("HistoricalUser_departments"),
    ]
