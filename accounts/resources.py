"""The flat table of people: who they are and which units they answer for.

Roles are not in it: those are given on a person's own page. Nor are passwords: nobody but the
person knows hers.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource

from accounts import memberships, people
from accounts.models import Membership, User
from activities import names
from activities.administration.tables import SmallTable, export_of
from activities.models import Department, Municipality

SEPARATOR = "|"
OWN = ("first_name", "last_name", "email", "is_active")


class PersonTable(SmallTable, ModelResource):
    """Rows found by user name among the municipality's people; their units are given with them.

    New people cannot sign in until they are invited. Who belongs to another municipality
    only is not found: her user name is taken.
    """

    departments = Field(column_name="departments")

    def __init__(self, *, municipality: Municipality | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.municipality = municipality or Municipality.objects.the_only()

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "departments")
        import_id_fields = ("username",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(memberships__municipality=self.municipality)

    def dehydrate_departments(self, person: User) -> str:
        if person.pk is None:
            return ""
        units = Department.objects.filter(
            coordinations__person=person, municipality=self.municipality
        )
        return SEPARATOR.join(unit.name for unit in units)

    def import_field(self, field: Field, instance: Any, row: Any, **kwargs: Any) -> None:
        if field.column_name != "departments":
            super().import_field(field, instance, row, **kwargs)
        elif "departments" in row:
            instance.told_units = self._units(row)

    def _units(self, row: Any) -> list[Department]:
        """Return the units that a row names; a name that nobody knows is an error of its cell."""
        found = []
        for text in filter(None, map(str.strip, str(row["departments"] or "").split(SEPARATOR))):
            own = Department.objects.filter(municipality=self.municipality)
            units = list(own.filter(name_key=names.fold(text))[:2])
            if len(units) != 1:
                raise ValueError(_("There is no department “%(name)s”.") % {"name": text})
            found += units
        return found

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        told = getattr(instance, "told_units", None)
        if told is not None and {unit.name for unit in told} != set(
            filter(None, self.dehydrate_departments(original).split(SEPARATOR))
        ):
            return False
        return super().skip_row(instance, original, row, import_validation_errors)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        found = instance.memberships.filter(municipality=self.municipality).first()
        told = getattr(instance, "told_units", None)
        if found is not None and told is None:
            return
        memberships.put(
            instance,
            self.municipality,
            role=found.role if found else Membership.Role.READER,
            units=told or (),
        )

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if not instance.pk:
            instance.set_unusable_password()

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        found = super().get_instance(instance_loader, row)
        if found is not None and found.is_superuser:
            raise ValueError(_("“%(name)s” is not changed by a table.") % {"name": found.username})
        if found is not None and memberships.are_elsewhere(found, self.municipality):
            # Whoever can write another address gets another's account with it.
            self._refuse_own(found, row)
        return found

    def _refuse_own(self, person: User, row: Any) -> None:
        """Raise ValueError where a row changes what is a person's in all her municipalities."""
        was = {name: getattr(person, name) for name in OWN}
        told = User(**was)
        for name in OWN:
            if name in row:
                self.fields[name].save(told, row)
        if any(getattr(told, name) != value for name, value in was.items()):
            raise ValueError(
                _("“%(name)s” belongs to another municipality, too: only her units are changed.")
                % {"name": person.username}
            )

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        # A new person's password is set when the row is saved.
        instance.password = instance.password or "!"
        super().validate_instance(instance, import_validation_errors, validate_unique)
        self._refuse_anothers(instance)

    def _refuse_anothers(self, person: User) -> None:
        """Raise ValidationError where a new name or address is somebody else's; two queries."""
        was = User.objects.filter(pk=person.pk).values_list("username", "email").first()
        name, address = was or ("", "")
        try:
            if person.email != address:
                people.refuse_taken(person.email, person, self.municipality)
            if person.username != name:
                people.refuse_name(person.username, person.email)
        except people.Refused as why:
            raise ValidationError(str(why)) from None


MembershipExport = export_of(
    Membership,
    "person",
    username="person__username",
    municipality="municipality__name",
    role="role",
    units="units",
)
