"""Give everybody a membership of the one municipality: what groups and units made of them.

Who had no task is a reader, as everybody who signed in was. An operator (superuser) was an
administrator and is written to as one. Which units a person had when is told in the history of
her membership; the groups of old go, as nothing asks them any more.
"""

from django.db import migrations

GROUPS = ("reviewer", "administrator")


def place(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    if not User.objects.exists():
        _groups(apps).delete()
        return
    Municipality = apps.get_model("activities", "Municipality")
    municipality = Municipality.objects.order_by("pk").first() or Municipality.objects.create()
    for person in User.objects.prefetch_related("groups", "departments").order_by("pk"):
        _place(apps, person, municipality)
    _groups(apps).delete()


def _place(apps, person, municipality):
    Membership = apps.get_model("accounts", "Membership")
    if Membership.objects.filter(person_id=person.pk).exists():
        return
    groups = {group.name for group in person.groups.all()}
    role = "reader"
    if "reviewer" in groups:
        role = "reviewer"
    if "administrator" in groups or person.is_superuser:
        role = "administrator"
    membership = Membership.objects.create(person=person, municipality=municipality, role=role)
    membership.units.set(person.departments.all())
    _tell_what_was(apps, person, membership)


def _tell_what_was(apps, person, membership):
    """Write the membership's history from that of the person's units, oldest first."""
    links = apps.get_model("accounts", "HistoricalUser_departments")
    told = apps.get_model("accounts", "HistoricalMembership")
    units_of = apps.get_model("accounts", "HistoricalMembership_units")
    before = None
    rows = apps.get_model("accounts", "HistoricalUser").objects.filter(id=person.pk)
    for row in rows.order_by("history_date", "history_id"):
        held = list(links.objects.filter(history_id=row.history_id, department__isnull=False))
        units = {link.department_id for link in held}
        if units == before:
            continue
        made = told.objects.create(
            id=membership.pk,
            person_id=person.pk,
            municipality_id=membership.municipality_id,
            role=membership.role,
            history_date=row.history_date,
            history_user_id=row.history_user_id,
            history_change_reason=row.history_change_reason,
            history_type="+" if before is None else "~",
        )
        for link in held:
            units_of.objects.create(
                id=link.id,
                history_id=made.history_id,
                membership_id=membership.pk,
                department_id=link.department_id,
            )
        before = units


def _groups(apps):
    return apps.get_model("auth", "Group").objects.filter(name__in=GROUPS)


def regroup(apps, schema_editor):
    """Put people back into the groups and units of old."""
    Group = apps.get_model("auth", "Group")
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
    for membership in apps.get_model("accounts", "Membership").objects.prefetch_related("units"):
        if membership.role in groups:
            membership.person.groups.add(groups[membership.role])
        membership.person.departments.set(membership.units.all())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_memberships"),
        ("activities", "0008_inside_a_municipality"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(place, regroup)]
