from django.db import migrations
from django.db.models import F


def tell(apps, schema_editor):
    """Say of who has units that she coordinates; of who opened a letter that the address is hers.

    An invitation belongs to the municipality of a person who has one only.
    """
    membership = apps.get_model("accounts", "Membership")
    having = membership.units.through.objects.values("membership")
    membership.objects.filter(pk__in=having).update(coordinates=True)

    invitation = apps.get_model("accounts", "Invitation")
    opened = invitation.objects.filter(accepted_at__isnull=False, address=F("person__email"))
    people = apps.get_model("accounts", "User").objects
    people.filter(pk__in=opened.values("person")).update(proven_address=F("email"))
    places = {}
    for person, place in membership.objects.values_list("person", "municipality"):
        places.setdefault(person, []).append(place)
    for person, own in places.items():
        if len(own) == 1:
            rows = invitation.objects.filter(person=person, municipality=None)
            rows.update(municipality=own[0])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_people_of_the_settings")]

    # Back, the columns go with what they say.
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
